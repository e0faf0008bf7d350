using Elbo.Engine;

namespace Elbo.Nn;

/// <summary>Initial values of parameters.</summary>
public static class Initializers
{
    /// <summary>Zeros, as for biases.</summary>
    public static Initializer Zeros { get; } = (value, _, _) => value.Fill(0);

    /// <summary>Ones, as for the scale of a normalisation.</summary>
    public static Initializer Ones { get; } = (value, _, _) => value.Fill(1);

    /// <summary>N(0, 2 / (in + out)): Glorot and Bengio 2010, also called Xavier.</summary>
    public static Initializer GlorotNormal { get; } =
        (value, fans, rng) => Normal(value, rng, MathF.Sqrt(2f / (fans.Inputs + fans.Outputs)));

    /// <summary>Uniform on ±√(6 / (in + out)): Glorot and Bengio 2010.</summary>
    public static Initializer GlorotUniform { get; } =
        (value, fans, rng) =>
        {
            float bound = MathF.Sqrt(6f / (fans.Inputs + fans.Outputs));
            Draw(value, () => (2 * rng.NextSingle() - 1) * bound);
        };

    /// <summary>N(0, 2 / in): He et al. 2015, for ReLU; torch.nn.init.kaiming_normal_ with its defaults.</summary>
    public static Initializer KaimingNormal { get; } =
        (value, fans, rng) => Normal(value, rng, MathF.Sqrt(2f / fans.Inputs));

    /// <summary>
    /// N(0, 1) truncated at two standard deviations: tf.truncated_normal_initializer with its defaults.
    /// </summary>
    public static Initializer TruncatedNormal { get; } =
        (value, _, rng) =>
            Draw(
                value,
                () =>
                {
                    float x;
                    do x = rng.NextNormal();
                    while (MathF.Abs(x) > 2);
                    return x;
                }
            );

    /// <summary>Returns the initialiser called <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static Initializer Of(Initialization name) =>
        name switch
        {
            Initialization.GlorotNormal => GlorotNormal,
            Initialization.GlorotUniform => GlorotUniform,
            Initialization.KaimingNormal => KaimingNormal,
            _ => throw new ArgumentException($"'{name}' is not a known initialization."),
        };

    private static void Normal(Tensor value, Rng rng, float deviation) =>
        Draw(value, () => rng.NextNormal() * deviation);

    private static void Draw(Tensor value, Func<float> next) =>
        value.Edit(span =>
        {
            foreach (ref float x in span)
                x = next();
        });
}

/// <summary>Initial values of weights, by name.</summary>
public enum Initialization
{
    /// <summary><see cref="Initializers.GlorotNormal"/></summary>
    GlorotNormal,

    /// <summary><see cref="Initializers.GlorotUniform"/></summary>
    GlorotUniform,

    /// <summary><see cref="Initializers.KaimingNormal"/></summary>
    KaimingNormal,
}

/// <summary>Writes the initial values of a parameter.</summary>
/// <param name="value">The parameter to fill.</param>
/// <param name="fans">Fan-in and fan-out of the layer.</param>
/// <param name="rng">Random numbers.</param>
public delegate void Initializer(Tensor value, Fans fans, Rng rng);

/// <summary>
/// The number of inputs of one output of a layer, and of outputs that use one input. They determine the size of initial
/// weights.
/// </summary>
/// <param name="Inputs">The fan-in.</param>
/// <param name="Outputs">The fan-out.</param>
public readonly record struct Fans(int Inputs, int Outputs)
{
    /// <summary>The fans of a weight (out, in); for a vector, 1 and its length.</summary>
    /// <exception cref="ArgumentException">The weight is a scalar or empty.</exception>
    public static Fans Of(Shape weight) =>
        weight.Rank > 0 && weight.Count > 0
            ? new(weight.Count / weight[0], weight[0])
            : throw new ArgumentException($"the weight is {weight}; fans need (out, in), or (out).", nameof(weight));
}
