using System.Globalization;
using System.Text.RegularExpressions;

namespace Elbo.Engine.Tests.Reference;

/// <summary>Parameter trajectories of torch.optim on fixed gradients, from the vectors in <c>optim</c>.</summary>
[Trait("Category", "Reference")]
public partial class OptimizerReferenceTests
{
    public static TheoryData<string> Cases =>
        [
            .. ReferenceVectors
                .Open("optim")
                .Cases.Where(c => ReferenceVectors.Open("optim").Contains($"{c}/trajectory")),
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Trajectories_agree(string name)
    {
        var file = ReferenceVectors.Open("optim");
        foreach (string set in TestDevices.InstructionSets)
        {
            var device = TestDevices.Shared(set, 2);
            using var scope = device.BeginStep();
            var step = Optimizer(name, file.Note(name), device, file.Tensor(device, "p0"), out var parameters);
            Tensor gradients = file.Tensor(device, "grads"),
                trajectory = file.Tensor(device, $"{name}/trajectory");
            int steps = trajectory.Shape[0],
                size = trajectory.Shape[1];
            for (int t = 1; t <= steps; t++)
            {
                step(t, gradients.View((t - 1) * size, [size]));
                ReferenceAssert.Close(
                    trajectory.View((t - 1) * size, [size]).AsSpan(),
                    parameters.AsSpan(),
                    $"{name} step {t} {set}"
                );
            }
        }
    }

    private static Action<int, Tensor> Optimizer(
        string name,
        string note,
        Device device,
        Tensor p,
        out Tensor parameters
    )
    {
        parameters = p;
        Tensor s1 = device.Zeros(p.Shape),
            s2 = device.Zeros(p.Shape),
            s3 = device.Zeros(p.Shape);
        float rate = Read(note, "lr", 1e-3f),
            beta1 = Read(note, "betas", 0.9f),
            beta2 = Read(note, "betas", 0.999f, 1),
            epsilon = Read(note, "eps", 1e-8f),
            decay = Read(note, "weight_decay", 0);
        return name switch
        {
            "sgd" or "sgd_momentum_nesterov" => (_, g) =>
                ParameterUpdate.Sgd(
                    p,
                    g,
                    s1,
                    rate,
                    Read(note, "momentum", 0),
                    name.EndsWith("nesterov", StringComparison.Ordinal),
                    decay
                ),
            "rmsprop" => (_, g) => ParameterUpdate.RmsProp(p, g, s1, rate, Read(note, "alpha", 0.99f), epsilon, decay),
            "adamax" => (t, g) => ParameterUpdate.Adamax(p, g, s1, s2, t, rate, beta1, beta2, epsilon, decay),
            "adam_amsgrad" => (t, g) =>
                ParameterUpdate.Adam(p, g, s1, s2, s3, t, rate, beta1, beta2, epsilon, decay, decoupled: false),
            _ when name.StartsWith("adam", StringComparison.Ordinal) => (t, g) =>
                ParameterUpdate.Adam(
                    p,
                    g,
                    s1,
                    s2,
                    null,
                    t,
                    rate,
                    beta1,
                    beta2,
                    epsilon,
                    decay,
                    decoupled: note.Contains("decoupled", StringComparison.Ordinal)
                ),
            _ => throw new NotSupportedException(
                $"the reference vectors have an optimiser '{name}' that this test does not know."
            ),
        };
    }

    /// <summary>
    /// The number after <paramref name="key"/> in a note such as <c>lr 1e-2 betas .8,.95</c>, or torch's default.
    /// </summary>
    private static float Read(string note, string key, float standard, int element = 0)
    {
        string[] words = Blank().Split(note);
        int place = Array.IndexOf(words, key);
        return place < 0 ? standard : float.Parse(words[place + 1].Split(',')[element], CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
