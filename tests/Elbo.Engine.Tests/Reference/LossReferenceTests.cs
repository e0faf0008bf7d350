using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Reference;

/// <summary>Losses, value and gradients, against the vectors in <c>losses</c>.</summary>
[Trait("Category", "Reference")]
public class LossReferenceTests
{
    public static TheoryData<string> Cases => [.. ReferenceVectors.Open("losses").Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_and_gradients_agree(string name)
    {
        var file = ReferenceVectors.Open("losses");
        foreach (string set in TestDevices.InstructionSets)
        {
            var device = TestDevices.Shared(set, 2);
            using var step = device.BeginStep();
            var inputs = file
                .Names.Where(n => n.StartsWith($"{name}/grad_", StringComparison.Ordinal) && n != $"{name}/grad_y")
                .Select(n => n[$"{name}/grad_".Length..])
                .ToDictionary(i => i, i => file.Tensor(device, $"{name}/{i}", requiresGradient: true));
            var y = Compute(name, inputs, file.Tensor(device, "target_x01"));
            ReferenceAssert.Close(file, $"{name}/y", y, set);
            device.Tape.Backward(y, file.Tensor(device, $"{name}/grad_y"));
            foreach (var (input, tensor) in inputs)
                ReferenceAssert.Close(file, $"{name}/grad_{input}", tensor.Gradient!, set);
        }
    }

    private static Tensor Compute(string name, Dictionary<string, Tensor> t, Tensor target) =>
        name switch
        {
            "bce_with_logits_sum" => Ops.Sum(Ops.CrossEntropyWithLogits(t["logits"], target)),
            "mse_sum" => Ops.Sum(Ops.SquaredError(t["y_"], target)),
            "gaussian_nll_sum" => Ops.Affine(
                Ops.Sum(Ops.GaussianLogDensity(target, t["mu"], Ops.Affine(Ops.Softplus(t["sigma"]), 1, 1e-6f))),
                -1
            ),
            "kl_normal_standard_sum" => Ops.Sum(Ops.StandardNormalKl(t["mu"], Deviation(t["logvar"]))),
            "kl_normal_normal_sum" => NormalKl(t["m1"], t["lv1"], t["m2"], t["lv2"]),
            "kl_categorical_uniform_sum" => Ops.Sum(
                Ops.Multiply(
                    Ops.Softmax(t["logits"]),
                    Ops.Affine(Ops.LogSoftmax(t["logits"]), 1, MathF.Log(t["logits"].Shape[-1]))
                )
            ),
            _ => throw new NotSupportedException(
                $"the reference vectors have a loss '{name}' that this test does not know."
            ),
        };

    private static Tensor Deviation(Tensor logVar) => Ops.Exp(Ops.Affine(logVar, 0.5f));

    /// <summary>½Σ[lv₂ − lv₁ + (e^lv₁ + (m₁ − m₂)²)/e^lv₂ − 1]</summary>
    private static Tensor NormalKl(Tensor m1, Tensor lv1, Tensor m2, Tensor lv2)
    {
        var ratio = Ops.Divide(Ops.Add(Ops.Exp(lv1), Ops.Square(Ops.Subtract(m1, m2))), Ops.Exp(lv2));
        return Ops.Affine(Ops.Sum(Ops.Affine(Ops.Add(Ops.Subtract(lv2, lv1), ratio), 1, -1)), 0.5f);
    }
}
