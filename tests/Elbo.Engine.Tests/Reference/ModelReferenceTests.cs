using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Reference;

/// <summary>
/// A VAE and an importance-weighted bound, built of operations, against the vectors in <c>models</c>.
/// </summary>
[Trait("Category", "Reference")]
public class ModelReferenceTests
{
    [ReferenceFact("models")]
    public void A_vae_gives_the_loss_terms_and_every_gradient() =>
        OnEverySet(
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

    [ReferenceFact("models")]
    public void An_importance_weighted_bound_agrees_per_example() =>
        OnEverySet(
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

    private static void OnEverySet(Action<Device, SafetensorsFile, Dictionary<string, Tensor>> test)
    {
        var file = ReferenceFolder.Open("models");
        foreach (string set in TestDevices.InstructionSets)
        {
            var device = TestDevices.Shared(set, 2);
            using var step = device.BeginStep();
            var parameters = file
                .Names.Where(n => n.StartsWith("vae/grad_", StringComparison.Ordinal))
                .Select(n => n["vae/grad_".Length..])
                .ToDictionary(n => n, n => file.Tensor(device, $"vae/{n}", requiresGradient: true));
            test(device, file, parameters);
        }
    }
}
