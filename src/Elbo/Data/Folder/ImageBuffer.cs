using Elbo.Imaging;

namespace Elbo.Data.Folder;

/// <summary>
/// The images of a folder in one array, in the order of a dataset. Several threads may write to it at the same time.
/// </summary>
/// <remarks>
/// Without a given colour format the array is grey until the first image with colours, so that there is never more than
/// one copy of the images but for that moment.
/// </remarks>
internal sealed class ImageBuffer
{
    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly ImageSize _size;
    private readonly int _count;
    private byte[] _pixels;
    private int _channels;

    /// <summary>Allocates the array.</summary>
    /// <param name="folder">The folder, for messages.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="size">Size of an image.</param>
    /// <param name="colour">The colour format; null is grey if all images are grey, else RGB.</param>
    /// <exception cref="InvalidDataException">The images do not fit into memory.</exception>
    public ImageBuffer(string folder, int count, ImageSize size, ImageColour? colour)
    {
        (_folder, _count, _size, _channels) = (folder, count, size, colour == ImageColour.Rgb ? 3 : 1);
        _pixels = Allocate();
    }

    /// <summary>Shape of the images.</summary>
    public ImageShape Shape => new(_channels, _size.Height, _size.Width);

    /// <summary>Stores an image.</summary>
    /// <param name="slot">Index of the image.</param>
    /// <param name="planes">Pixels (C, H, W) with one channel or three. A single one is repeated for RGB.</param>
    public void Put(int slot, byte[] planes)
    {
        // Copying takes microseconds, and decoding milliseconds, so that threads hardly wait for each other.
        lock (_gate)
        {
            if (_channels == 1 && planes.Length > _size.Width * _size.Height)
                MakeRgb();
            int length = Shape.PixelCount;
            Repeat(planes, _pixels.AsSpan(slot * length, length));
        }
    }

    /// <summary>Returns the pixels of some images, moved to the start of the array, which must not be used again.</summary>
    /// <param name="slots">Indices of the images, ascending.</param>
    public ReadOnlyMemory<byte> Take(IReadOnlyList<int> slots)
    {
        int length = Shape.PixelCount;
        for (int i = 0; i < slots.Count; i++)
            if (slots[i] != i)
                Array.Copy(_pixels, slots[i] * length, _pixels, i * length, length);
        return _pixels.AsMemory(0, slots.Count * length);
    }

    private void MakeRgb()
    {
        byte[] grey = _pixels;
        int area = Shape.PixelCount;
        _channels = 3;
        _pixels = Allocate();
        for (int i = 0; i < _count; i++)
            Repeat(grey.AsSpan(i * area, area), _pixels.AsSpan(i * 3 * area, 3 * area));
    }

    private static void Repeat(ReadOnlySpan<byte> planes, Span<byte> pixels)
    {
        for (int at = 0; at < pixels.Length; at += planes.Length)
            planes.CopyTo(pixels[at..]);
    }

    private byte[] Allocate()
    {
        long bytes = (long)_count * _size.Width * _size.Height * _channels;
        // Not on the heap of large objects, where the collector would tolerate as many bytes of decoded files that are no
        // longer needed.
        if (bytes <= Array.MaxLength)
            return GC.AllocateArray<byte>((int)bytes, pinned: true);
        throw new InvalidDataException(
            $"{_folder}: {_count:N0} images of {_size.Width}×{_size.Height} take {bytes / 1e9:F1} GB; at most "
                + $"{Array.MaxLength / 1e9:F1} can be held. Give a smaller --image-size, or --colour grey."
        );
    }
}
