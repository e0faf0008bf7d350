using System.Buffers.Binary;

namespace Elbo.Formats;

/// <summary>
/// Turns unfiltered rows of a PNG into 8-bit grey or RGB pixels over black, and puts them into their places.
/// </summary>
internal sealed class PngPixels
{
    private readonly PngHeader _header;
    private readonly byte[]? _palette;
    private readonly byte[] _opacity = [];
    private readonly int[]? _transparent;
    private readonly int _highest;

    /// <summary>An image still without pixels.</summary>
    /// <param name="header">Its format.</param>
    /// <param name="palette">Red, green and blue of each palette index, or null.</param>
    /// <param name="transparency">The tRNS chunk: opacities of palette indices, or the one colour that is
    /// transparent.</param>
    public PngPixels(PngHeader header, byte[]? palette, byte[]? transparency)
    {
        _header = header;
        _highest = (1 << header.BitDepth) - 1;
        if (header.Colour == PngColour.Palette)
        {
            _palette = palette!;
            _opacity = transparency ?? [];
            Channels = IsGrey(_palette) ? 1 : 3;
        }
        else
        {
            Channels = header.Colour is PngColour.Grey or PngColour.GreyAlpha ? 1 : 3;
            if (transparency is { } colour)
                _transparent =
                [
                    .. Enumerable
                        .Range(0, Channels)
                        .Select(c => (int)BinaryPrimitives.ReadUInt16BigEndian(colour.AsSpan(2 * c))),
                ];
        }
        Result = new byte[header.Width * header.Height * Channels];
    }

    /// <summary>1 for grey, 3 for RGB.</summary>
    public int Channels { get; }

    /// <summary>All pixels, channels interleaved.</summary>
    public byte[] Result { get; }

    /// <summary>Puts row <paramref name="y"/> of <paramref name="pass"/> where it belongs.</summary>
    /// <exception cref="InvalidDataException">A palette index names no colour.</exception>
    public void Place(ReadOnlySpan<byte> row, PngPass pass, int y)
    {
        int at = ((((pass.Top + (y * pass.StepY)) * _header.Width) + pass.Left) * Channels);
        int step = pass.StepX * Channels;
        Span<int> samples = stackalloc int[_header.Samples];
        for (int x = 0; x < pass.Width; x++, at += step)
        {
            for (int s = 0; s < samples.Length; s++)
                samples[s] = Sample(row, (x * samples.Length) + s);
            var pixel = Result.AsSpan(at, Channels);
            if (_palette is not null)
                PlaceIndexed(samples[0], pixel);
            else
                PlaceColour(samples, pixel);
        }
    }

    private int Sample(ReadOnlySpan<byte> row, int index)
    {
        if (_header.BitDepth == 8)
            return row[index];
        if (_header.BitDepth == 16)
            return BinaryPrimitives.ReadUInt16BigEndian(row[(2 * index)..]);
        int bit = index * _header.BitDepth; // the leftmost pixel in the highest bits
        return (row[bit >> 3] >> (8 - _header.BitDepth - (bit & 7))) & _highest;
    }

    private void PlaceIndexed(int index, Span<byte> pixel)
    {
        if (3 * index >= _palette!.Length)
            throw new InvalidDataException(
                $"found palette index {index}; the palette has {_palette.Length / 3} colours."
            );
        int opacity = index < _opacity.Length ? _opacity[index] : byte.MaxValue;
        for (int c = 0; c < pixel.Length; c++)
            pixel[c] = OverBlack(_palette[(3 * index) + c], opacity, byte.MaxValue);
    }

    private void PlaceColour(ReadOnlySpan<int> samples, Span<byte> pixel)
    {
        int opacity =
            _header.HasAlpha ? samples[^1]
            : _transparent is not null && samples.SequenceEqual(_transparent) ? 0
            : _highest;
        for (int c = 0; c < pixel.Length; c++)
            pixel[c] = OverBlack(samples[c], opacity, _highest);
    }

    /// <summary>255 · value/highest · opacity/highest, to the nearest.</summary>
    private static byte OverBlack(int value, int opacity, int highest)
    {
        if (highest == byte.MaxValue && opacity == highest)
            return (byte)value; // what most files are made of
        long whole = (long)highest * highest;
        return (byte)(((255L * value * opacity) + (whole / 2)) / whole);
    }

    private static bool IsGrey(byte[] palette)
    {
        for (int i = 0; i < palette.Length; i += 3)
            if (palette[i] != palette[i + 1] || palette[i] != palette[i + 2])
                return false;
        return true;
    }
}
