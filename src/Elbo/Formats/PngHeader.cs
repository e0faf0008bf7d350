using System.Buffers.Binary;

namespace Elbo.Formats;

/// <summary>What the IHDR chunk of a PNG says.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="BitDepth">Bits of a sample, or of a palette index.</param>
/// <param name="Colour">How samples make a colour.</param>
/// <param name="Interlaced">Whether pixels come in the seven passes of Adam7.</param>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColour Colour, bool Interlaced)
{
    private const int Length = 13;

    /// <summary>Samples of one pixel, alpha included.</summary>
    public int Samples =>
        Colour switch
        {
            PngColour.Rgb => 3,
            PngColour.GreyAlpha => 2,
            PngColour.Rgba => 4,
            _ => 1,
        };

    /// <summary>Whether the last sample of each pixel is its opacity.</summary>
    public bool HasAlpha => Colour is PngColour.GreyAlpha or PngColour.Rgba;

    /// <summary>
    /// Bytes from a sample to the same one of the pixel to its right, 1 where pixels share bytes: what row filters look
    /// back.
    /// </summary>
    public int FilterStep => Math.Max(1, Samples * BitDepth / 8);

    /// <summary>Bytes of a row of <paramref name="width"/> pixels, without its filter's number.</summary>
    public int RowLength(int width) => (int)(((long)width * Samples * BitDepth + 7) / 8);

    /// <summary>Reads and checks the chunk.</summary>
    /// <exception cref="InvalidDataException">A value is none that PNG allows, or the image is larger than
    /// <see cref="DecodedImage.MostPixels"/>.</exception>
    public static PngHeader Parse(PngChunk chunk, string path)
    {
        if (chunk.Type != "IHDR")
            throw Fault(-4, $"found chunk {chunk.Type}; expected IHDR, the header.");
        var data = chunk.Data.Span;
        if (data.Length != Length)
            throw Fault(-8, $"found a header of {data.Length} bytes; expected {Length}.");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data),
            height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (width is 0 or > int.MaxValue)
            throw Fault(0, $"found a width of {width}; expected at least 1.");
        if (height is 0 or > int.MaxValue)
            throw Fault(4, $"found a height of {height}; expected at least 1.");
        if ((ulong)width * height > DecodedImage.MostPixels)
            throw Fault(
                0,
                $"found an image of {width}×{height}; expected at most {DecodedImage.MostPixels:N0} pixels."
            );
        var colour = (PngColour)data[9];
        ReadOnlySpan<byte> depths = colour switch
        {
            PngColour.Grey => [1, 2, 4, 8, 16],
            PngColour.Palette => [1, 2, 4, 8],
            PngColour.Rgb or PngColour.GreyAlpha or PngColour.Rgba => [8, 16],
            _ => throw Fault(9, $"found colour type {data[9]}; expected 0, 2, 3, 4 or 6."),
        };
        if (!depths.Contains(data[8]))
            throw Fault(
                8,
                $"found {data[8]} bits a sample; colour type {data[9]} has {string.Join(", ", depths.ToArray())}."
            );
        if (data[10] != 0)
            throw Fault(10, $"found compression method {data[10]}; expected 0.");
        if (data[11] != 0)
            throw Fault(11, $"found filter method {data[11]}; expected 0.");
        if (data[12] > 1)
            throw Fault(12, $"found interlace method {data[12]}; expected 0 or 1.");
        return new PngHeader((int)width, (int)height, data[8], colour, data[12] == 1);

        InvalidDataException Fault(int at, string problem) => new($"{path}: at byte {chunk.Offset + at}: {problem}");
    }
}
