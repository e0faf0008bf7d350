using Elbo.Data;
using Elbo.Engine.Autograd;

namespace Elbo.Models;

/// <summary>
/// The convolutional network without normalisation: 4×4 convolutions of 32, 64 and 64 channels with stride 2, each of
/// which halves the image; back by
/// transposed ones of 64 and 32 channels that double it, and one of stride 1. ReLU throughout.
/// </summary>
/// <remarks>Padding is TensorFlow's SAME, so that sides which cannot be halved round up.</remarks>
internal static class PlainCnn
{
    public const int Kernel = 4;

    /// <summary>Usual units of the fully connected layers.</summary>
    public const int Dense = 256;

    public static readonly ConvolutionOptions Halving = new() { Stride = 2, Same = true };

    /// <summary>Channels of the encoder's convolutions.</summary>
    public static readonly int[] Channels = [32, 64, 64];

    /// <summary>The image, and what each convolution makes of it.</summary>
    public static IReadOnlyList<ImageShape> Maps(ImageShape image)
    {
        var maps = new List<ImageShape> { image };
        foreach (int to in Channels)
            maps.Add(new ImageShape(to, (maps[^1].Height + 1) / 2, (maps[^1].Width + 1) / 2));
        return maps;
    }

    public static OptionOf<T> DenseOption<T>(Func<T, int?> get, Func<T, int, T> set)
        where T : ModelOptions, new() =>
        OptionOf<T>.WholeNumber(
            "dense",
            "units of the fully connected layers between convolutions and codes; 0 takes 2z in an encoder, 3z in "
                + "the decoder",
            get,
            set
        );

    /// <summary>Checks the option.</summary>
    /// <exception cref="ArgumentException">It is out of range.</exception>
    public static void CheckDense(int dense)
    {
        if (dense is < 0 or > 65_536)
            throw new ArgumentException($"dense is {dense}; it must be between 0 and 65536.");
    }
}
