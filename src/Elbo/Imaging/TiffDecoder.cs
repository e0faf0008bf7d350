using BitMiracle.LibTiff.Classic;

namespace Elbo.Imaging;

/// <summary>
/// Decodes the first page of a TIFF file with LibTiff: grey, RGB, palette and CMYK with 1 to 16 bits, in strips or
/// tiles, with interleaved or separate planes.
/// </summary>
internal static class TiffDecoder
{
    /// <summary>Decodes a file that starts with a TIFF header.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, incomplete or too large, or its kind is not supported.
    /// </exception>
    public static (DecodedImage Image, DecodeFindings Findings) Decode(byte[] file, DecodeOptions options)
    {
        using var source = new TiffSource(file);
        try
        {
            using var tiff = source.Open(file);
            var page = TiffPage.Of(tiff);
            var orientation = Orientation.FromFile(tiff.GetFieldDefaulted(TiffTag.ORIENTATION)[0].ToInt());
            int reduction = ImageDecoder.Reduction(page.Width, page.Height, orientation, options);
            page.CheckContent(tiff, file.Length);
            TiffPage.CheckComplete(tiff, file.Length);
            long picture = (long)page.Width * page.Height * 3 / (reduction * reduction);
            return DecodeMemory.Shared.Use(
                file.Length + page.BlockBytes(tiff) + picture,
                () =>
                {
                    var rows = new TiffColours(tiff, page);
                    var composer = new RowComposer(
                        page.Width,
                        page.Height,
                        rows.Layout,
                        orientation,
                        options,
                        reduction
                    );
                    source.Warning = null; // warnings about tags do not matter
                    page.ReadRows(tiff, row => composer.Add<ushort>(rows.Convert(row)));
                    if (source.Error is not null)
                        throw Damaged(source.Error);
                    var (image, findings) = composer.Finish();
                    return (
                        image,
                        findings with
                        {
                            Warning = source.Warning,
                            Size = orientation.Turn(page.Width, page.Height),
                        }
                    );
                }
            );
        }
        catch (Exception e) when (e is not (InvalidDataException or OutOfMemoryException))
        {
            // LibTiff throws various exceptions on unexpected data: index out of range, invalid cast, null reference.
            throw Damaged(source.Error ?? e.Message);
        }
    }

    /// <summary>The exception for a file that LibTiff cannot read.</summary>
    internal static InvalidDataException Damaged(string reason) =>
        new($"the TIFF data is damaged: {reason.ReplaceLineEndings(" ").TrimEnd('.')}.");
}

/// <summary>A TIFF file in memory that collects LibTiff's messages about it.</summary>
/// <remarks>
/// LibTiff has one message handler per process, which writes to standard error by default. Each message comes with its
/// stream; messages about other streams are passed to the previous handler.
/// </remarks>
internal sealed class TiffSource(byte[] file) : MemoryStream(file, writable: false)
{
    static TiffSource()
    {
        var collector = new Collector();
        collector.Before = Tiff.SetErrorHandler(collector);
    }

    /// <summary>The first error.</summary>
    public string? Error { get; private set; }

    /// <summary>The first warning.</summary>
    public string? Warning { get; set; }

    /// <summary>
    /// Opens the first page. A tag that claims more values than the file has bytes is rejected first, because LibTiff
    /// allocates the array before it reads.
    /// </summary>
    /// <exception cref="InvalidDataException">The page cannot be read.</exception>
    public Tiff Open(ReadOnlyMemory<byte> file)
    {
        const int EntryLength = 12;
        bool little = file.Span[0] == 'I';
        long directory = file.Length < 8 ? long.MaxValue : Number(4, 4);
        if (directory > file.Length - 2)
            throw new InvalidDataException("the TIFF data is incomplete: the file ends before its directory.");
        for (long i = Number(directory, 2), at = directory + 2; i > 0 && at <= file.Length - EntryLength; i--)
        {
            if (Number(at + 4, 4) > file.Length)
                throw TiffDecoder.Damaged($"tag {Number(at, 2)} has {Number(at + 4, 4):N0} values");
            at += EntryLength;
        }
        return Tiff.ClientOpen("file", "r", this, new TiffStream())
            ?? throw TiffDecoder.Damaged(Error ?? "its directory cannot be read");

        long Number(long at, int length)
        {
            long number = 0;
            for (int i = 0; i < length; i++)
                number = (number << 8) | file.Span[(int)at + (little ? length - 1 - i : i)];
            return number;
        }
    }

    private sealed class Collector : TiffErrorHandler
    {
        public TiffErrorHandler? Before { get; set; }

        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
        {
            if (tif?.Clientdata() is not TiffSource)
                Before?.ErrorHandler(tif, method, format, args);
        }

        public override void ErrorHandlerExt(
            Tiff tif,
            object clientData,
            string method,
            string format,
            params object[] args
        )
        {
            if (clientData is TiffSource source)
                source.Error ??= string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args);
            else
                Before?.ErrorHandlerExt(tif, clientData, method, format, args);
        }

        public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
        {
            if (tif?.Clientdata() is not TiffSource)
                Before?.WarningHandler(tif, method, format, args);
        }

        public override void WarningHandlerExt(
            Tiff tif,
            object clientData,
            string method,
            string format,
            params object[] args
        )
        {
            if (clientData is TiffSource source)
                source.Warning ??= string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args);
            else
                Before?.WarningHandlerExt(tif, clientData, method, format, args);
        }
    }
}
