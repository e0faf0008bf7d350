using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;

namespace Elbo.Training;

/// <summary>Noise on an image.</summary>
public enum NoiseKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>Normal noise added to every pixel; results may leave [0, 1].</summary>
    Gaussian,

    /// <summary>Pixels set to 0.</summary>
    Dropout,

    /// <summary>Pixels set to 0 or to 1, either equally often.</summary>
    SaltPepper,
}

/// <summary>How grey images become black and white.</summary>
public enum Binarization
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>1 where the intensity is at least one half.</summary>
    Threshold,

    /// <summary>1 with the intensity as probability, drawn anew each time (Salakhutdinov and Murray 2008).</summary>
    Dynamic,
}

/// <summary>What happens to images before a model sees them.</summary>
public static class InputNoise
{
    /// <summary>A strength that leaves digits just readable.</summary>
    public static float UsualFactor(NoiseKind kind) =>
        kind switch
        {
            NoiseKind.Gaussian => 0.7f,
            NoiseKind.Dropout => 0.5f,
            NoiseKind.SaltPepper => 0.3f,
            _ => 0,
        };

    /// <summary>The images <paramref name="x"/> with noise, of the same shape.</summary>
    /// <param name="x">Intensities in [0, 1].</param>
    /// <param name="kind">What noise.</param>
    /// <param name="factor">The standard deviation, or the share of pixels that change.</param>
    /// <param name="rng">Where the noise comes from.</param>
    public static Tensor Apply(Tensor x, NoiseKind kind, float factor, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(x);
        switch (kind)
        {
            case NoiseKind.Gaussian:
                return Ops.Add(x, Ops.Affine(Ops.RandomNormal(x.Device, x.Shape, rng), factor));
            case NoiseKind.Dropout:
                return Ops.Multiply(x, Ops.RandomBernoulli(x.Device, x.Shape, 1 - factor, rng));
            case NoiseKind.SaltPepper:
                // One uniform number decides: below factor/2 white, below factor black, else as it was.
                var u = Ops.RandomUniform(x.Device, x.Shape, rng);
                var white = Ops.Less(u, x.Device.Full([], factor / 2));
                var kept = Ops.Less(x.Device.Full([], factor), u);
                return Ops.Add(Ops.Multiply(x, kept), white);
            default:
                return x;
        }
    }

    /// <summary>Images (N, pixels) with noise, computed on the device of <paramref name="model"/>.</summary>
    internal static float[] Apply(
        GenerativeModel model,
        ReadOnlySpan<float> images,
        NoiseKind kind,
        float factor,
        Rng rng
    )
    {
        using var pause = model.Device.Tape.Pause();
        using var scope = model.Device.BeginStep();
        int size = model.ImageShape.PixelCount;
        return Apply(model.Device.Tensor(images, [images.Length / size, size]), kind, factor, rng).ToArray();
    }

    /// <summary>The images <paramref name="x"/>, made binary.</summary>
    public static Tensor Binarize(Tensor x, Binarization binarization, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(x);
        return binarization switch
        {
            // Intensities are multiples of 1/255, so that "at least one half" is "above 127.4/255".
            Binarization.Threshold => Ops.Less(x.Device.Full([], 127.4f / 255), x),
            Binarization.Dynamic => Ops.Less(Ops.RandomUniform(x.Device, x.Shape, rng), x),
            _ => x,
        };
    }
}
