using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;

namespace Elbo.Training;

/// <summary>Kinds of noise for the encoder's input.</summary>
public enum NoiseKind
{
    /// <summary>No noise.</summary>
    None,

    /// <summary>Gaussian noise added to every pixel. Results may leave [0, 1].</summary>
    Gaussian,

    /// <summary>Sets random pixels to 0.</summary>
    Dropout,

    /// <summary>Sets random pixels to 0 or 1 with equal probability.</summary>
    SaltPepper,
}

/// <summary>Methods that make grey images binary.</summary>
public enum Binarization
{
    /// <summary>No binarisation.</summary>
    None,

    /// <summary>1 if the intensity is at least 0.5, else 0.</summary>
    Threshold,

    /// <summary>
    /// 1 with the intensity as probability, sampled each time an image is used (Salakhutdinov and Murray 2008).
    /// </summary>
    Dynamic,
}

/// <summary>Noise and binarisation of images before they reach the model.</summary>
public static class InputNoise
{
    /// <summary>The default strength of a kind of noise; digits stay just readable.</summary>
    /// <remarks>0 for a kind that is not known, which the options then refuse.</remarks>
    public static float UsualFactor(NoiseKind kind) =>
        kind switch
        {
            NoiseKind.Gaussian => 0.7f,
            NoiseKind.Dropout => 0.5f,
            NoiseKind.SaltPepper => 0.3f,
            _ => 0,
        };

    /// <summary>Adds noise to images. The result has the same shape.</summary>
    /// <param name="x">Intensities in [0, 1].</param>
    /// <param name="kind">The kind of noise.</param>
    /// <param name="factor">The standard deviation of Gaussian noise, or the fraction of pixels that change.</param>
    /// <param name="rng">Random numbers for the noise.</param>
    /// <exception cref="ArgumentException">
    /// The kind is not known, or the factor is negative, not finite, or more than 1 for a fraction of pixels.
    /// </exception>
    public static Tensor Apply(Tensor x, NoiseKind kind, float factor, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(rng);
        Require.Defined(kind);
        float most = kind is NoiseKind.Dropout or NoiseKind.SaltPepper ? 1 : float.MaxValue;
        if (!(factor >= 0 && factor <= most))
            throw new ArgumentOutOfRangeException(
                nameof(factor),
                FormattableString.Invariant($"factor is {factor}; noise needs a finite number, 0 or more, ")
                    + "and at most 1 where it is a fraction of pixels."
            );
        switch (kind)
        {
            case NoiseKind.Gaussian:
                return Ops.Add(x, Ops.Affine(Ops.RandomNormal(x.Device, x.Shape, rng), factor));
            case NoiseKind.Dropout:
                return Ops.Multiply(x, Ops.RandomBernoulli(x.Device, x.Shape, 1 - factor, rng));
            case NoiseKind.SaltPepper:
                // One uniform number decides: white below factor/2, black below factor, otherwise unchanged.
                var u = Ops.RandomUniform(x.Device, x.Shape, rng);
                var white = Ops.Less(u, x.Device.Full([], factor / 2));
                var kept = Ops.Less(x.Device.Full([], factor), u);
                return Ops.Add(Ops.Multiply(x, kept), white);
            default:
                return x;
        }
    }

    /// <summary>Adds noise to images (N, pixels) on the device of <paramref name="model"/>.</summary>
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

    /// <summary>Binarises images.</summary>
    /// <exception cref="ArgumentException">The method is not known.</exception>
    public static Tensor Binarize(Tensor x, Binarization binarization, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(rng);
        Require.Defined(binarization);
        return binarization switch
        {
            // Intensities are multiples of 1/255, so "at least 0.5" equals "above 127.4/255".
            Binarization.Threshold => Ops.Less(x.Device.Full([], 127.4f / 255), x),
            Binarization.Dynamic => Ops.Less(Ops.RandomUniform(x.Device, x.Shape, rng), x),
            _ => x,
        };
    }
}
