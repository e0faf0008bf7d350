using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Reference;

/// <summary>
/// A VAE, an importance-weighted bound and a GMVAE, built of operations, against the vectors in <c>models</c>.
/// </summary>
[Trait("Category", "Reference")]
public class ModelReferenceTests
{
    [Fact]
    public void A_vae_gives_the_loss_terms_and_every_gradient() =>
        OnEverySet(
            "vae",
            (device, file, p) =>
            {
                var x = file.Tensor(device, "vae/x");
                var (mean, deviation) = Encode(p, x);
                var logits = Decode(p, Ops.Add(mean, Ops.Multiply(deviation, file.Tensor(device, "vae/eps"))));
                Tensor reconstruction = Ops.Mean(Ops.CrossEntropyWithLogits(logits, x)),
                    kl = Ops.Mean(Ops.StandardNormalKl(mean, deviation));
                device.Tape.Backward(Ops.Add(reconstruction, kl));

                ReferenceAssert.Close(file, "vae/mu", mean, device.InstructionSet);
                ReferenceAssert.Close(file, "vae/sigma", deviation, device.InstructionSet);
                ReferenceAssert.Close(file, "vae/logits", logits, device.InstructionSet);
                ReferenceAssert.Close(file, "vae/reconstruction", reconstruction, device.InstructionSet);
                ReferenceAssert.Close(file, "vae/kl", kl, device.InstructionSet);
                foreach (var (name, parameter) in p)
                    ReferenceAssert.Close(file, $"vae/grad_{name}", parameter.Gradient!, device.InstructionSet);
            }
        );

    [Fact]
    public void An_importance_weighted_bound_agrees_per_example() =>
        OnEverySet(
            "vae",
            (device, file, p) =>
            {
                var x = file.Tensor(device, "vae/x");
                var (mean, deviation) = Encode(p, x);
                var z = Ops.Add(mean, Ops.Multiply(deviation, file.Tensor(device, "iwae/eps"))); // (K, N, Z)
                var logLikelihood = Ops.Affine(Ops.CrossEntropyWithLogits(Decode(p, z), x), -1); // (K, N)
                var logPrior = Ops.GaussianLogDensity(z, device.Zeros([1]), device.Full([1], 1));
                var logWeight = Ops.Subtract(
                    Ops.Add(logLikelihood, logPrior),
                    Ops.GaussianLogDensity(z, mean, deviation)
                );
                ReferenceAssert.Close(file, "iwae/log_weights", logWeight, device.InstructionSet);
                ReferenceAssert.Close(
                    file,
                    "iwae/bound_per_example",
                    Ops.LogMeanExp(logWeight, axis: 0),
                    device.InstructionSet
                );
            }
        );

    [Fact]
    public void A_gmvae_gives_the_loss_terms_and_every_gradient() =>
        OnEverySet(
            "gmvae",
            (device, file, p) =>
            {
                var x = file.Tensor(device, "gmvae/x");
                var (zMean, zDeviation) = Moments(p, "qz", x);
                var (wMean, wDeviation) = Moments(p, "qw", x);
                var z = Ops.Add(zMean, Ops.Multiply(zDeviation, file.Tensor(device, "gmvae/eps_z")));
                var w = Ops.Add(wMean, Ops.Multiply(wDeviation, file.Tensor(device, "gmvae/eps_w")));
                var py = Ops.Softmax(Layer(p, "py", Layer(p, "py1", Ops.Concat(-1, w, z), Activation.Relu)));
                int clusters = py.Shape[1];
                var hidden = Layer(p, "pz1", w, Activation.Relu);
                Tensor[] logPriors =
                [
                    .. Enumerable
                        .Range(0, clusters)
                        .Select(k => (Layer(p, $"pz_mean{k}", hidden), Deviation(p, $"pz_var{k}", hidden)))
                        .Select(prior => Ops.GaussianLogDensity(z, prior.Item1, prior.Item2))
                        .Select(density => Ops.Reshape(density, [density.Count, 1])),
                ];
                var logPrior = Ops.Sum(Ops.Multiply(py, Ops.Concat(-1, logPriors)), -1);
                const float Variance = 0.05f;
                var mean = Ops.Sigmoid(Layer(p, "px", Layer(p, "px1", z, Activation.Relu)));
                var drawn = Ops.Add(mean, Ops.Affine(file.Tensor(device, "gmvae/eps_x"), MathF.Sqrt(Variance)));
                var reconstruction = Ops.Affine(Ops.Mean(Ops.SquaredError(drawn, x)), 1 / (2 * Variance));
                var conditionalPrior = Ops.Mean(Ops.Subtract(Ops.GaussianLogDensity(z, zMean, zDeviation), logPrior));
                var klW = Ops.Mean(Ops.StandardNormalKl(wMean, wDeviation));
                var klY = Ops.Mean(Ops.Sum(Ops.Multiply(py, Ops.Affine(Ops.Log(py), 1, MathF.Log(clusters))), -1));
                var loss = Ops.Add(Ops.Add(reconstruction, conditionalPrior), Ops.Add(klW, klY));
                device.Tape.Backward(loss);

                ReferenceAssert.Close(file, "gmvae/z", z, device.InstructionSet);
                ReferenceAssert.Close(file, "gmvae/w", w, device.InstructionSet);
                ReferenceAssert.Close(file, "gmvae/py", py, device.InstructionSet);
                ReferenceAssert.Close(file, "gmvae/reconstruction", reconstruction, device.InstructionSet);
                ReferenceAssert.Close(file, "gmvae/conditional_prior", conditionalPrior, device.InstructionSet);
                ReferenceAssert.Close(file, "gmvae/kl_w", klW, device.InstructionSet);
                ReferenceAssert.Close(file, "gmvae/kl_y", klY, device.InstructionSet);
                ReferenceAssert.Close(file, "gmvae/loss", loss, device.InstructionSet);
                foreach (var (name, parameter) in p)
                    ReferenceAssert.Close(file, $"gmvae/grad_{name}", parameter.Gradient!, device.InstructionSet);
            }
        );

    /// <summary>Mean and standard deviation of q, each from a network of its own.</summary>
    private static (Tensor Mean, Tensor Deviation) Moments(Dictionary<string, Tensor> p, string q, Tensor x) =>
        (
            Layer(p, $"{q}_mean", Layer(p, $"{q}1", x, Activation.Relu)),
            Deviation(p, $"{q}_var", Layer(p, $"{q}_var1", x, Activation.Relu))
        );

    private static Tensor Deviation(Dictionary<string, Tensor> p, string variance, Tensor hidden) =>
        Ops.Sqrt(Layer(p, variance, hidden, Activation.Softplus));

    private static (Tensor Mean, Tensor Deviation) Encode(Dictionary<string, Tensor> p, Tensor x)
    {
        var hidden = Layer(p, "enc2", Layer(p, "enc1", x, Activation.Elu), Activation.Tanh);
        return (Layer(p, "mu", hidden), Ops.Affine(Layer(p, "sigma", hidden, Activation.Softplus), 1, 1e-6f));
    }

    private static Tensor Decode(Dictionary<string, Tensor> p, Tensor z) =>
        Layer(p, "out", Layer(p, "dec2", Layer(p, "dec1", z, Activation.Tanh), Activation.Elu));

    private static Tensor Layer(
        Dictionary<string, Tensor> p,
        string name,
        Tensor x,
        Activation activation = Activation.None
    ) => Ops.Linear(x, p[$"{name}.weight"], p[$"{name}.bias"], activation);

    private static void OnEverySet(string model, Action<Device, ReferenceVectors, Dictionary<string, Tensor>> test)
    {
        var file = ReferenceVectors.Open("models");
        foreach (string set in TestDevices.InstructionSets)
        {
            var device = TestDevices.Shared(set, 2);
            using var step = device.BeginStep();
            var parameters = file
                .Names.Where(n => n.StartsWith($"{model}/grad_", StringComparison.Ordinal))
                .Select(n => n[$"{model}/grad_".Length..])
                .ToDictionary(n => n, n => file.Tensor(device, $"{model}/{n}", requiresGradient: true));
            test(device, file, parameters);
        }
    }
}
