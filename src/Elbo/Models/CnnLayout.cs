using Elbo.Data;

namespace Elbo.Models;

/// <summary>The sizes of the maps in a <see cref="CnnVae"/>; each is (channels, height, width).</summary>
internal sealed class CnnLayout
{
    /// <summary>Convolutions go on until the smaller side is at most this.</summary>
    private const int LargestEnd = 7;

    private const int SmallestSide = 8;
    private const int FirstChannels = 64;
    private const int MostChannels = 512;

    /// <summary>
    /// The layout for images of <paramref name="image"/>, with one convolution for each of <paramref name="channels"/>,
    /// or as many as fit.
    /// </summary>
    /// <exception cref="ArgumentException">The images are too small.</exception>
    public CnnLayout(ImageShape image, IReadOnlyList<int>? channels)
    {
        if (Math.Min(image.Height, image.Width) < SmallestSide)
            throw new ArgumentException(
                $"the images are {image}; cnn-vae needs {SmallestSide} pixels or more along each side. The model "
                    + "vae takes any size."
            );
        var maps = new List<ImageShape> { image };
        while (channels is null ? Math.Min(maps[^1].Height, maps[^1].Width) > LargestEnd : maps.Count <= channels.Count)
        {
            var (_, height, width) = maps[^1];
            if (Math.Min(height, width) < 2)
                throw new ArgumentException(
                    $"channels has {channels!.Count} entries; images of {image.Height}×{image.Width} can be "
                        + $"halved {maps.Count - 1} times at most."
                );
            maps.Add(
                new ImageShape(
                    channels?[maps.Count - 1] ?? Math.Min(FirstChannels << Math.Min(maps.Count - 1, 3), MostChannels),
                    height / 2,
                    width / 2
                )
            );
        }
        EncoderMaps = maps;
        var last = maps[^1];
        IsDense = last.Height % 2 != 0 || last.Width % 2 != 0;
        DecoderMaps =
        [
            IsDense ? last : new ImageShape(Math.Max(7 * last.Channels / 4, 1), last.Height / 2, last.Width / 2),
            .. IsDense ? [] : (ImageShape[])[last],
            .. maps.SkipLast(1).Reverse(),
        ];
    }

    /// <summary>The image, and what each convolution makes of it.</summary>
    public IReadOnlyList<ImageShape> EncoderMaps { get; }

    /// <summary>
    /// What the decoder begins with, and what each transposed convolution makes of it, up to the image.
    /// </summary>
    public IReadOnlyList<ImageShape> DecoderMaps { get; }

    /// <summary>Whether a wide fully connected layer lies between convolutions and code on either side.</summary>
    public bool IsDense { get; }
}
