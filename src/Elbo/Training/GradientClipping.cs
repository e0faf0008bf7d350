using System.Numerics;
using System.Runtime.InteropServices;
using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Training;

/// <summary>Clips gradients, stored in one flat tensor.</summary>
public static class GradientClipping
{
    /// <summary>Avoids division by 0; the constant of torch.nn.utils.clip_grad_norm_.</summary>
    private const double Epsilon = 1e-6;

    /// <summary>Clips the joint L2 norm: scales all gradients by min(1, largestNorm / (‖g‖ + 1e-6)).</summary>
    /// <returns>The norm before scaling. If it is infinite or NaN, so are the gradients afterwards.</returns>
    /// <remarks>
    /// Semantics of torch.nn.utils.clip_grad_norm_. The processor computes on one thread in a fixed order, in double
    /// precision; a GPU in single precision, in which a norm above 1.8e19 is infinite.
    /// </remarks>
    /// <exception cref="ArgumentException"><paramref name="largestNorm"/> is not above 0.</exception>
    public static float ByNorm(Tensor gradients, float largestNorm)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        HyperParameter.RequirePositive(largestNorm);
        if (!gradients.Device.IsProcessor)
        {
            using var scope = gradients.Device.BeginStep();
            return ByNormThere(gradients, largestNorm).ToScalar();
        }
        var values = gradients.AsSpan();
        double norm = Math.Sqrt(SumOfSquares(values));
        double scale = largestNorm / (norm + Epsilon);
        // Written so that NaN propagates to the gradients.
        if (!(scale >= 1))
            Scale(values, (float)scale);
        return (float)norm;
    }

    /// <summary>As <see cref="ByNorm"/>, without waiting for the norm if a GPU computes it.</summary>
    internal static void LimitNorm(Tensor gradients, float largestNorm)
    {
        if (gradients.Device.IsProcessor)
            ByNorm(gradients, largestNorm);
        else
            ByNormThere(gradients, largestNorm);
    }

    /// <summary>Clips on a GPU, in the order of the calls.</summary>
    /// <returns>The norm before scaling, a scalar.</returns>
    private static Tensor ByNormThere(Tensor gradients, float largestNorm)
    {
        using var pause = gradients.Device.Tape.Pause();
        var norm = Ops.Sqrt(Ops.Sum(Ops.Square(gradients)));
        var scale = Ops.Divide(gradients.Device.Full([], largestNorm), Ops.Affine(norm, 1, (float)Epsilon));
        // ‖g‖ − ‖g‖ is 0, or NaN for a norm that is not finite, which then reaches the gradients.
        var factor = Ops.Add(Ops.Clamp(scale, 0, 1), Ops.Subtract(norm, norm));
        gradients.CopyFrom(Ops.Multiply(gradients, factor));
        return norm;
    }

    /// <summary>Clamps every gradient to ±<paramref name="largest"/>. NaN stays NaN.</summary>
    /// <remarks>Semantics of torch.nn.utils.clip_grad_value_.</remarks>
    /// <exception cref="ArgumentException"><paramref name="largest"/> is not above 0.</exception>
    public static void ByValue(Tensor gradients, float largest)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        HyperParameter.RequirePositive(largest);
        gradients.Edit(values =>
        {
            var lanes = MemoryMarshal.Cast<float, Vector<float>>(values);
            foreach (ref var lane in lanes)
                lane = Vector.Clamp(lane, new Vector<float>(-largest), new Vector<float>(largest));
            foreach (ref float value in values[(lanes.Length * Vector<float>.Count)..])
                value = Math.Clamp(value, -largest, largest);
        });
    }

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        var lanes = MemoryMarshal.Cast<float, Vector<float>>(values);
        Vector<double> low = default,
            high = default;
        foreach (var lane in lanes)
        {
            Vector.Widen(lane, out var a, out var b);
            low += a * a;
            high += b * b;
        }
        double sum = Vector.Sum(low + high);
        foreach (float value in values[(lanes.Length * Vector<float>.Count)..])
            sum += (double)value * value;
        return sum;
    }

    private static void Scale(Span<float> values, float scale)
    {
        var lanes = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (ref var lane in lanes)
            lane *= scale;
        foreach (ref float value in values[(lanes.Length * Vector<float>.Count)..])
            value *= scale;
    }
}
