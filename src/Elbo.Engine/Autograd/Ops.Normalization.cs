using Elbo.Engine.Kernels;

namespace Elbo.Engine.Autograd;

public static partial class Ops
{
    /// <summary>(x − mean) / √(variance + ε) along the last dimension, times <paramref name="weight"/> plus <paramref name="bias"/>, each (width).</summary>
    /// <remarks>Ba, Kiros and Hinton 2016; ε as in torch.nn.LayerNorm.</remarks>
    /// <exception cref="ArgumentException">Weight or bias is not as long as the last dimension.</exception>
    public static Tensor LayerNorm(Tensor x, Tensor weight, Tensor bias, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        int width = x.Shape[-1];
        Shape row = [width];
        if (weight.Shape != row || bias.Shape != row) throw new ArgumentException($"weight {weight.Shape} and bias {bias.Shape} came with x {x.Shape}; LayerNorm needs ({width}) each.", nameof(weight));
        return Add(Multiply(Normalize(x, width, epsilon), weight), bias);
    }

    private static Tensor Normalize(Tensor x, int width, float epsilon)
    {
        var y = x.Device.Uninitialized(x.Shape);
        var inverseDeviation = x.Device.Uninitialized(x.Shape.Without(-1));
        LayerNormKernels.Normalize(x, y, inverseDeviation, width, epsilon);
        if (!x.Device.Tape.Records(x)) return y;
        return x.Device.Tape.Record(y, () =>
        {
            if (GradientTarget.TryOpen(x, out var dx)) LayerNormKernels.Gradient(y, inverseDeviation, y.Gradient!, dx, width);
        });
    }
}
