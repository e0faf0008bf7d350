namespace Elbo.Engine.Tests;

/// <summary>
/// Optimiser steps against their textbook formulas in double; the trajectories of torch.optim are among the reference
/// vectors.
/// </summary>
public class ParameterUpdateTests
{
    private const float Rate = 0.01f,
        Beta1 = 0.8f,
        Beta2 = 0.95f,
        Epsilon = 1e-6f,
        Decay = 0.1f;

    /// <summary>Ten steps, each of a dozen operations rounded to 6e-8 of a parameter's size.</summary>
    private const double Tolerance = 2e-6;

    public static TheoryData<int> Sizes => [1, 37, 20_011];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Adam_follows_its_formula(int size) =>
        Check(
            size,
            2,
            (t, p, g, s) => ParameterUpdate.Adam(p, g, s[0], s[1], null, t, Rate, Beta1, Beta2, Epsilon, Decay, false),
            Adam(false, false)
        );

    [Theory]
    [MemberData(nameof(Sizes))]
    public void AdamW_decays_apart_from_the_moments(int size) =>
        Check(
            size,
            2,
            (t, p, g, s) => ParameterUpdate.Adam(p, g, s[0], s[1], null, t, Rate, Beta1, Beta2, Epsilon, Decay, true),
            Adam(true, false)
        );

    [Theory]
    [MemberData(nameof(Sizes))]
    public void AMSGrad_divides_by_the_largest_moment(int size) =>
        Check(
            size,
            3,
            (t, p, g, s) => ParameterUpdate.Adam(p, g, s[0], s[1], s[2], t, Rate, Beta1, Beta2, Epsilon, Decay, false),
            Adam(false, true)
        );

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Adamax_divides_by_the_decayed_largest_gradient(int size) =>
        Check(
            size,
            2,
            (t, p, g, s) => ParameterUpdate.Adamax(p, g, s[0], s[1], t, Rate, Beta1, Beta2, Epsilon, Decay),
            (t, p, g, s) =>
            {
                g += Decay * p;
                s[0] = Beta1 * s[0] + (1 - Beta1) * g;
                s[1] = Math.Max(Beta2 * s[1], Math.Abs(g) + Epsilon);
                return p - Rate / (1 - Math.Pow(Beta1, t)) * s[0] / s[1];
            }
        );

    [Theory]
    [MemberData(nameof(Sizes))]
    public void RMSprop_divides_by_the_root_of_the_mean_square(int size) =>
        Check(
            size,
            1,
            (t, p, g, s) => ParameterUpdate.RmsProp(p, g, s[0], Rate, Beta2, Epsilon, Decay),
            (t, p, g, s) =>
            {
                g += Decay * p;
                s[0] = Beta2 * s[0] + (1 - Beta2) * g * g;
                return p - Rate * g / (Math.Sqrt(s[0]) + Epsilon);
            }
        );

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Momentum_gathers_gradients(int size) =>
        Check(size, 1, (t, p, g, s) => ParameterUpdate.Sgd(p, g, s[0], Rate, Beta1, false, Decay), Sgd(false));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Nesterov_looks_ahead(int size) =>
        Check(size, 1, (t, p, g, s) => ParameterUpdate.Sgd(p, g, s[0], Rate, Beta1, true, Decay), Sgd(true));

    private delegate double Rule(int step, double parameter, double gradient, double[] state);

    private static Rule Adam(bool decoupled, bool largest) =>
        (t, p, g, s) =>
        {
            if (decoupled)
                p -= Rate * Decay * p;
            else
                g += Decay * p;
            s[0] = Beta1 * s[0] + (1 - Beta1) * g;
            s[1] = Beta2 * s[1] + (1 - Beta2) * g * g;
            if (largest)
                s[2] = Math.Max(s[2], s[1]);
            double second = (largest ? s[2] : s[1]) / (1 - Math.Pow(Beta2, t));
            return p - Rate * (s[0] / (1 - Math.Pow(Beta1, t))) / (Math.Sqrt(second) + Epsilon);
        };

    private static Rule Sgd(bool nesterov) =>
        (t, p, g, s) =>
        {
            g += Decay * p;
            s[0] = Beta1 * s[0] + g;
            return p - Rate * (nesterov ? g + Beta1 * s[0] : s[0]);
        };

    private static void Check(int size, int states, Action<int, Tensor, Tensor, Tensor[]> step, Rule rule)
    {
        foreach (string set in TestDevices.InstructionSets)
        {
            var rng = new Rng(1);
            var device = TestDevices.Shared(set, 2);
            using var scope = device.BeginStep();
            Tensor parameters = device.Tensor([.. Enumerable.Range(0, size).Select(_ => rng.NextNormal())], [size]),
                gradient = device.Uninitialized([size]);
            Tensor[] state = [.. Enumerable.Range(0, states).Select(_ => device.Zeros([size]))];
            var expected = parameters.ToArray().Select(v => (double)v).ToArray();
            var memory = Enumerable.Range(0, size).Select(_ => new double[states]).ToArray();
            for (int t = 1; t <= 10; t++)
            {
                for (int i = 0; i < size; i++)
                {
                    gradient.AsSpan()[i] = rng.NextNormal() / t;
                    expected[i] = rule(t, expected[i], gradient.AsSpan()[i], memory[i]);
                }
                step(t, parameters, gradient, state);
            }
            NumericAssert.Close(expected, parameters.AsSpan(), Tolerance, set);
        }
    }
}
