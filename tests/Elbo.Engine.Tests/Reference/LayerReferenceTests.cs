using System.Globalization;
using System.Text.RegularExpressions;
using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Reference;

/// <summary>Layers and activations, forward and backward, against the vectors in <c>layers</c>.</summary>
[Trait("Category", "Reference")]
public class LayerReferenceTests
{
    public static TheoryData<string> Cases => [.. ReferenceVectors.Open("layers").Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_and_gradients_agree(string name)
    {
        var file = ReferenceVectors.Open("layers");
        foreach (string set in TestDevices.InstructionSets)
        {
            var device = TestDevices.Shared(set, 2);
            using var step = device.BeginStep();
            var inputs = new[] { "x", "w", "b" }
                .Where(i => file.Contains($"{name}/{i}"))
                .ToDictionary(i => i, i => file.Tensor(device, $"{name}/{i}", requiresGradient: true));
            // Batch norm in training starts from the statistics of a fresh layer and moves them.
            bool training = file.Contains($"{name}/running_mean_after");
            foreach (string statistic in new[] { "running_mean", "running_var" })
                if (name.StartsWith("batch_norm", StringComparison.Ordinal))
                    inputs[statistic] = training
                        ? device.Full(inputs["w"].Shape, statistic == "running_var" ? 1 : 0)
                        : file.Tensor(device, $"{name}/{statistic}");
            var y = Compute(name, inputs);
            ReferenceAssert.Close(file, $"{name}/y", y, set);
            device.Tape.Backward(y, file.Tensor(device, $"{name}/grad_y"));
            foreach (var (input, tensor) in inputs)
                if (tensor.RequiresGradient)
                    ReferenceAssert.Close(file, $"{name}/grad_{input}", tensor.Gradient!, set);
                else if (training)
                    ReferenceAssert.Close(file, $"{name}/{input}_after", tensor, set);
        }
    }

    private static Tensor Compute(string name, Dictionary<string, Tensor> t)
    {
        if (name.StartsWith("linear", StringComparison.Ordinal))
            return Ops.Linear(t["x"], t["w"], t["b"]);
        if (name.StartsWith("conv2d", StringComparison.Ordinal))
            return Ops.Conv2d(t["x"], t["w"], t["b"], Convolution(name));
        if (name.StartsWith("conv_transpose2d", StringComparison.Ordinal))
            return Ops.ConvTranspose2d(t["x"], t["w"], t["b"], Convolution(name));
        if (name.StartsWith("batch_norm", StringComparison.Ordinal))
            return Ops.BatchNorm(
                t["x"],
                t["w"],
                t["b"],
                t["running_mean"],
                t["running_var"],
                name.EndsWith("train", StringComparison.Ordinal)
            );
        // leaky_relu_02 has the slope 0.2.
        if (name.StartsWith("leaky_relu_0", StringComparison.Ordinal))
            return Ops.LeakyRelu(
                t["x"],
                float.Parse("0." + name["leaky_relu_0".Length..], CultureInfo.InvariantCulture)
            );
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
            _ => throw new NotSupportedException(
                $"the reference vectors have a layer '{name}' that this test does not know."
            ),
        };
    }

    /// <summary>From names such as conv_transpose2d_k3s2p1op1.</summary>
    private static ConvolutionOptions Convolution(string name)
    {
        var match = Regex.Match(name, @"_k\d+s(\d+)p(\d+)(?:op(\d+))?$");
        return new ConvolutionOptions
        {
            Stride = Number(1),
            Padding = Number(2),
            OutputPadding = match.Groups[3].Success ? Number(3) : 0,
        };

        int Number(int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }
}
