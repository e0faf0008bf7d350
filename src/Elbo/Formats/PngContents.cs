namespace Elbo.Formats;

/// <summary>The chunks of a PNG file that an image is made of, checked against each other.</summary>
internal sealed class PngContents
{
    /// <summary>A byte of deflate cannot hold more than 1,032 bytes of data.</summary>
    private const long BestCompression = 1032;

    private readonly string _path;
    private string _before = "";

    /// <summary>Reads all chunks.</summary>
    /// <exception cref="InvalidDataException">One is missing, malformed or out of order, or the data cannot hold an
    /// image of that size.</exception>
    public PngContents(ReadOnlyMemory<byte> file, string path)
    {
        _path = path;
        foreach (var chunk in PngChunk.ReadAll(file, path))
        {
            if (_before.Length == 0)
                Header = PngHeader.Parse(chunk, path);
            else
                Add(chunk);
            _before = chunk.Type;
        }
        if (DataOffset == 0)
            throw Fault(file.Length, "found no IDAT chunk; expected the image's data.");
        if (Header.Colour == PngColour.Palette && Palette is null)
            throw Fault(DataOffset - 4, "found data of an image with a palette; expected PLTE before.");
        // A short file that claims to be large is not given memory.
        if (PngPass.All(Header).Sum(pass => pass.DataLength(Header)) > (Data.Length + 1) * BestCompression)
            throw Fault(
                DataOffset,
                $"found {Data.Length} bytes of data, which cannot hold an image of {Header.Width}×{Header.Height}."
            );
        Data.Position = 0;
    }

    /// <summary>The image's format.</summary>
    public PngHeader Header { get; }

    /// <summary>Red, green and blue of each index, or null.</summary>
    public byte[]? Palette { get; private set; }

    /// <summary>The content of tRNS, or null.</summary>
    public byte[]? Transparency { get; private set; }

    /// <summary>The compressed data.</summary>
    public MemoryStream Data { get; } = new();

    /// <summary>Where that begins in the file.</summary>
    public int DataOffset { get; private set; }

    private void Add(PngChunk chunk)
    {
        switch (chunk.Type)
        {
            case "PLTE" when Palette is null && DataOffset == 0:
                Palette = CheckedPalette(chunk);
                break;
            case "tRNS" when Transparency is null && DataOffset == 0:
                Transparency = CheckedTransparency(chunk);
                break;
            case "IDAT" when DataOffset == 0 || _before == "IDAT":
                if (DataOffset == 0)
                    DataOffset = chunk.Offset;
                Data.Write(chunk.Data.Span);
                break;
            case "PLTE" or "tRNS" or "IDAT" or "IHDR":
                throw Fault(chunk.Offset - 4, $"found chunk {chunk.Type} again or out of its order.");
            case not "IEND" when chunk.IsCritical:
                throw Fault(
                    chunk.Offset - 4,
                    $"found chunk {chunk.Type}, which PNG does not have and marks as needed."
                );
        }
    }

    private byte[] CheckedPalette(PngChunk chunk)
    {
        int entries = chunk.Data.Length / 3,
            most = Header.Colour == PngColour.Palette ? 1 << Header.BitDepth : 256;
        if (Header.Colour is PngColour.Grey or PngColour.GreyAlpha)
            throw Fault(chunk.Offset - 4, "found a palette; a grey image has none.");
        if (chunk.Data.Length % 3 != 0 || entries < 1 || entries > most)
            throw Fault(
                chunk.Offset - 8,
                $"found a palette of {chunk.Data.Length} bytes; expected three for each of 1 to {most} colours."
            );
        return chunk.Data.ToArray();
    }

    private byte[] CheckedTransparency(PngChunk chunk)
    {
        bool fits = Header.Colour switch
        {
            PngColour.Grey => chunk.Data.Length == 2,
            PngColour.Rgb => chunk.Data.Length == 6,
            PngColour.Palette => Palette is not null && chunk.Data.Length <= Palette.Length / 3,
            _ => false,
        };
        return fits
            ? chunk.Data.ToArray()
            : throw Fault(
                chunk.Offset - 8,
                $"found transparency (tRNS) of {chunk.Data.Length} bytes, which does not go with colour type "
                    + $"{(int)Header.Colour}."
            );
    }

    private InvalidDataException Fault(int offset, string problem) => new($"{_path}: at byte {offset}: {problem}");
}
