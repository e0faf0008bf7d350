using System.Globalization;
using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Reference;

/// <summary>Layers and activations, forward and backward, against the vectors in <c>layers</c>.</summary>
[Trait("Category", "Reference")]
public class LayerReferenceTests
{
    private static readonly string[] TestedElsewhere = ["conv2d", "conv_transpose2d", "batch_norm"];

    public static TheoryData<string> Cases => [.. ReferenceFolder.Open("layers").Cases.Where(c => !TestedElsewhere.Any(p => c.StartsWith(p, StringComparison.Ordinal)))];

    [ReferenceTheory("layers")]
    [MemberData(nameof(Cases))]
    public void Outputs_and_gradients_agree(string name)
    {
        var file = ReferenceFolder.Open("layers");
        foreach (string set in TestDevices.InstructionSets)
        {
            var device = TestDevices.Shared(set, 2);
            using var step = device.BeginStep();
            var inputs = new[] { "x", "w", "b" }.Where(i => file.Contains($"{name}/{i}")).ToDictionary(i => i, i => file.Tensor(device, $"{name}/{i}", requiresGradient: true));
            var y = Compute(name, inputs);
            ReferenceAssert.Close(file, $"{name}/y", y, set);
            device.Tape.Backward(y, file.Tensor(device, $"{name}/grad_y"));
            foreach (var (input, tensor) in inputs) ReferenceAssert.Close(file, $"{name}/grad_{input}", tensor.Gradient!, set);
        }
    }

    private static Tensor Compute(string name, Dictionary<string, Tensor> t)
    {
        if (name.StartsWith("linear", StringComparison.Ordinal)) return Ops.Linear(t["x"], t["w"], t["b"]);
        // leaky_relu_02 has the slope 0.2.
        if (name.StartsWith("leaky_relu_0", StringComparison.Ordinal)) return Ops.LeakyRelu(t["x"], float.Parse("0." + name["leaky_relu_0".Length..], CultureInfo.InvariantCulture));
        return name switch
        {
            "layer_norm" => Ops.LayerNorm(t["x"], t["w"], t["b"]),
            "relu" => Ops.Relu(t["x"]),
            "elu" => Ops.Elu(t["x"]),
            "tanh" => Ops.Tanh(t["x"]),
            "sigmoid" => Ops.Sigmoid(t["x"]),
            "softplus" => Ops.Softplus(t["x"]),
            "silu" => Ops.Silu(t["x"]),
            "gelu" => Ops.Gelu(t["x"]),
            "exp" => Ops.Exp(t["x"]),
            "softmax" => Ops.Softmax(t["x"]),
            "log_softmax" => Ops.LogSoftmax(t["x"]),
            "logsumexp" => Ops.LogSumExp(t["x"]),
            _ => throw new NotSupportedException($"the reference vectors have a layer '{name}' that this test does not know."),
        };
    }
}
