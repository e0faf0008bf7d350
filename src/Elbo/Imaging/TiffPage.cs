using BitMiracle.LibTiff.Classic;

namespace Elbo.Imaging;

/// <summary>The layout of a TIFF page, with access to its rows.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Samples">Samples per pixel.</param>
/// <param name="Bits">Bits per sample: 1, 2, 4, 8 or 16.</param>
/// <param name="Apart">Whether each sample has its own plane.</param>
internal sealed record TiffPage(int Width, int Height, int Samples, int Bits, bool Apart)
{
    private const int MostSamples = 64;
    private const long MostBlockBytes = 1 << 29;

    private int Planes => Apart ? Samples : 1;

    /// <summary>Reads and checks the layout.</summary>
    /// <exception cref="InvalidDataException">
    /// The page is too large, or its samples are not unsigned integers of 1, 2, 4, 8 or 16 bits.
    /// </exception>
    public static TiffPage Of(Tiff tiff)
    {
        long width = (uint)Number(tiff, TiffTag.IMAGEWIDTH),
            height = (uint)Number(tiff, TiffTag.IMAGELENGTH);
        ImageDecoder.CheckSize(width, height);
        int samples = Number(tiff, TiffTag.SAMPLESPERPIXEL),
            bits = Number(tiff, TiffTag.BITSPERSAMPLE);
        if (samples is < 1 or > MostSamples)
            throw new InvalidDataException(
                $"found a TIFF of {samples} samples per pixel; expected 1 to {MostSamples}."
            );
        var format = (SampleFormat)Number(tiff, TiffTag.SAMPLEFORMAT);
        if (format is not (SampleFormat.UINT or SampleFormat.VOID) || bits is not (1 or 2 or 4 or 8 or 16))
            throw new InvalidDataException(
                $"found a TIFF of {bits}-bit samples of the format {format}; expected unsigned integers of 1, 2, 4, 8 "
                    + "or 16 bits. Save it as 16 bits."
            );
        bool apart = samples > 1 && Number(tiff, TiffTag.PLANARCONFIG) == (int)PlanarConfig.SEPARATE;
        // LibTiff converts YCbCr in JPEG data to RGB if this is set before any size is requested.
        if (Number(tiff, TiffTag.COMPRESSION) == (int)Compression.JPEG && !apart)
            tiff.SetField(TiffTag.JPEGCOLORMODE, JpegColorMode.RGB);
        return new TiffPage((int)width, (int)height, samples, bits, apart);
    }

    /// <summary>The value of a numeric tag; its default if the file does not have it, else 0.</summary>
    public static int Number(Tiff tiff, TiffTag tag) =>
        tiff.GetFieldDefaulted(tag) is [var value, ..] ? value.ToInt() : 0;

    /// <summary>Rejects a file that ends before its pixels do; some of LibTiff's codecs ignore this.</summary>
    public static void CheckComplete(Tiff tiff, long fileLength)
    {
        var offsets = tiff.GetField(tiff.IsTiled() ? TiffTag.TILEOFFSETS : TiffTag.STRIPOFFSETS);
        var counts = tiff.GetField(tiff.IsTiled() ? TiffTag.TILEBYTECOUNTS : TiffTag.STRIPBYTECOUNTS);
        if (offsets is null || counts is null)
            throw TiffDecoder.Damaged("it does not say where its pixels are");
        long[] starts = offsets[0].TolongArray(),
            lengths = counts[0].TolongArray();
        for (int i = 0; i < Math.Min(starts.Length, lengths.Length); i++)
            if (starts[i] < 0 || lengths[i] < 0 || starts[i] + lengths[i] > fileLength)
                throw new InvalidDataException("the TIFF data is incomplete: the file ends too soon.");
    }

    /// <summary>Rejects a page with more pixels than the file can hold.</summary>
    /// <remarks>There is no limit for fax compression: a bit can be a whole white row.</remarks>
    public void CheckContent(Tiff tiff, int fileLength)
    {
        long expansion = (Compression)Number(tiff, TiffTag.COMPRESSION) switch
        {
            Compression.NONE => 1,
            Compression.PACKBITS => 64, // two bytes for a run of 128 bytes
            Compression.LZW => 2731, // a code of 12 bits for 4,096 bytes
            Compression.DEFLATE or Compression.ADOBE_DEFLATE => 1032,
            Compression.JPEG or Compression.OJPEG => 512L * Samples, // a bit for 8×8 pixels
            _ => long.MaxValue / fileLength,
        };
        ImageDecoder.CheckContent("TIFF", Width, Height, Samples * Bits, fileLength, expansion);
    }

    /// <summary>Memory of the blocks held at the same time, in bytes.</summary>
    public long BlockBytes(Tiff tiff)
    {
        if (!tiff.IsTiled() && !Apart)
            return tiff.ScanlineSize();
        long across = tiff.IsTiled() ? Across(Number(tiff, TiffTag.TILEWIDTH)) : 1,
            bytes = across * Planes * (tiff.IsTiled() ? tiff.TileSize() : tiff.StripSize());
        return bytes <= MostBlockBytes
            ? bytes
            : throw new InvalidDataException(
                $"found a TIFF whose strips or tiles take {bytes:N0} bytes side by side; at most {MostBlockBytes:N0} "
                    + "can be held. Save it with shorter strips."
            );
    }

    /// <summary>Passes each row to <paramref name="use"/>, with interleaved samples. The array is reused.</summary>
    /// <exception cref="InvalidDataException">A row cannot be decoded.</exception>
    public void ReadRows(Tiff tiff, Action<ushort[]> use)
    {
        ushort[] samples = new ushort[Width * Samples];
        if (tiff.IsTiled() || Apart)
        {
            ReadBlocks(tiff, samples, use);
            return;
        }
        // Row by row, so that a page in a single strip is not held as a whole.
        byte[] line = new byte[tiff.ScanlineSize()];
        for (int y = 0; y < Height; y++)
        {
            if (!tiff.ReadScanline(line, y))
                throw TiffDecoder.Damaged(Reason(tiff, $"row {y} cannot be decoded"));
            Unpack(line, Width * Samples, samples, 0, 1);
            use(samples);
        }
    }

    private void ReadBlocks(Tiff tiff, ushort[] samples, Action<ushort[]> use)
    {
        bool tiled = tiff.IsTiled();
        int blockWidth = tiled ? Number(tiff, TiffTag.TILEWIDTH) : Width,
            blockHeight = (int)Math.Min(Height, (uint)Number(tiff, tiled ? TiffTag.TILELENGTH : TiffTag.ROWSPERSTRIP)),
            across = Across(blockWidth),
            lineLength = tiled ? tiff.TileRowSize() : tiff.ScanlineSize();
        byte[][] blocks =
        [
            .. Enumerable.Range(0, across * Planes).Select(_ => new byte[tiled ? tiff.TileSize() : tiff.StripSize()]),
        ];
        for (int top = 0; top < Height; top += blockHeight)
        {
            int rows = Math.Min(blockHeight, Height - top);
            for (int i = 0; i < blocks.Length; i++)
            {
                short plane = (short)(i % Planes);
                int read = tiled
                    ? tiff.ReadEncodedTile(tiff.ComputeTile(i / Planes * blockWidth, top, 0, plane), blocks[i], 0, -1)
                    : tiff.ReadEncodedStrip(tiff.ComputeStrip(top, plane), blocks[i], 0, -1);
                if (read < rows * lineLength)
                    throw TiffDecoder.Damaged(Reason(tiff, $"the rows from {top} on cannot be decoded"));
            }
            for (int y = 0; y < rows; y++)
            {
                for (int i = 0; i < blocks.Length; i++)
                {
                    int left = i / Planes * blockWidth,
                        pixels = Math.Min(blockWidth, Width - left);
                    var line = blocks[i].AsSpan(y * lineLength, lineLength);
                    if (Apart)
                        Unpack(line, pixels, samples, (left * Samples) + (i % Planes), Samples);
                    else
                        Unpack(line, pixels * Samples, samples, left * Samples, 1);
                }
                use(samples);
            }
        }
    }

    private int Across(int blockWidth) =>
        blockWidth < 1 ? throw TiffDecoder.Damaged("its tiles have no width") : (Width + blockWidth - 1) / blockWidth;

    private static string Reason(Tiff tiff, string otherwise) => (tiff.Clientdata() as TiffSource)?.Error ?? otherwise;

    /// <summary>
    /// Unpacks samples of any depth. The first sample is in the highest bits; 16-bit samples are in the machine's byte
    /// order.
    /// </summary>
    private void Unpack(ReadOnlySpan<byte> line, int count, ushort[] samples, int at, int step)
    {
        int mask = (1 << Bits) - 1;
        for (int i = 0; i < count; i++, at += step)
            samples[at] = Bits switch
            {
                8 => line[i],
                16 => BitConverter.ToUInt16(line[(2 * i)..]),
                _ => (ushort)((line[i * Bits >> 3] >> (8 - Bits - (i * Bits & 7))) & mask),
            };
    }
}
