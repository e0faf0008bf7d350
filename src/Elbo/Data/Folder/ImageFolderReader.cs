using System.Runtime.ExceptionServices;
using Elbo.Imaging;

namespace Elbo.Data.Folder;

/// <summary>
/// Decodes the files of an image folder on all threads, with a common size and colour format. The result does not
/// depend on the number of threads.
/// </summary>
/// <remarks>
/// Without a size in the options, images that share a size of at most 64×64 keep it; others become 64×64.
/// The background of transparent images and the scale of 16-bit images are decided once for the folder, from all of its
/// files. Files are first decoded with a guess: a black background and all 16 bits. Those for which the guess was wrong
/// are decoded again.
/// </remarks>
internal sealed class ImageFolderReader
{
    /// <summary>The side of all images if they are larger, or differ in size, and no size is given.</summary>
    public const int UsualSide = 64;

    private readonly ImageFolderListing _listing;
    private ImageSize _size;
    private bool _anySize;
    private string? _scaled;
    private readonly ImageColour? _colour;
    private readonly BackgroundColour? _background;
    private readonly byte[]?[] _pixels;
    private readonly string?[] _faults;
    private readonly DecodeFindings?[] _findings;
    private volatile bool _hasOtherSize;

    /// <summary>Creates a reader of one folder.</summary>
    /// <param name="listing">The folder's files.</param>
    /// <param name="options">Size, colour and background.</param>
    /// <exception cref="InvalidDataException">The images do not fit into memory.</exception>
    public ImageFolderReader(ImageFolderListing listing, DatasetOptions options)
    {
        int count = listing.Files.Count;
        (_listing, _colour, _anySize) = (listing, options.Colour, options.ImageSize is not null);
        _background = options.Background;
        (_pixels, _faults) = (new byte[count][], new string[count]);
        _findings = new DecodeFindings[count];
        _size = options.ImageSize ?? FirstSize();
        if (!_anySize && Math.Max(_size.Width, _size.Height) > UsualSide)
            Scale($"the images are larger than {UsualSide}×{UsualSide}");
        RequireMemory();
    }

    /// <summary>Shape of the images, after all are read.</summary>
    public ImageShape Shape { get; private set; }

    /// <summary>Decisions made for the folder, after all images are read; one line each.</summary>
    public IReadOnlyList<string> Remarks { get; private set; } = [];

    /// <summary>Background of transparent images, after all are read; null if no image is transparent.</summary>
    public BackgroundColour? Background { get; private set; }

    /// <summary>Reads all files.</summary>
    /// <exception cref="InvalidDataException">The images do not fit into memory.</exception>
    public void ReadAll(int threads, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        int[] all = [.. Enumerable.Range(0, _pixels.Length)];
        var guess = new DecodeOptions
        {
            Target = _anySize ? _size : null,
            Background = _background ?? BackgroundColour.Black,
        };
        if (!Read(all, guess, threads, progress, cancellation))
        {
            Scale("the images differ in size");
            RequireMemory();
            guess = guess with { Target = _size };
            Array.Clear(_faults);
            Array.Clear(_findings);
            Read(all, guess, threads, progress, cancellation);
        }
        var found = _findings.OfType<DecodeFindings>().ToArray();
        var decided = guess with
        {
            Background = _background ?? DecodeFindings.BackgroundFor(found),
            White16 = DecodeFindings.White16For(found.Select(file => file.Highest16).DefaultIfEmpty(-1).Max()),
        };
        int[] again =
        [
            .. all.Where(i =>
                _findings[i] is { } file
                && (
                    (file.IsTransparent && decided.Background != guess.Background)
                    || (file.Highest16 >= 0 && decided.White16 != guess.White16)
                )
            ),
        ];
        if (again.Length > 0)
            Read(again, decided, threads, progress, cancellation);
        Shape = new ImageShape(Channels(), _size.Height, _size.Width);
        Background = Array.Exists(found, file => file.IsTransparent) ? decided.Background : null;
        Remarks = [.. Describe(found, decided)];
    }

    /// <summary>The error of file <paramref name="i"/>, or null if it was read.</summary>
    public string? Fault(int i) => _faults[i];

    /// <summary>
    /// Writes image <paramref name="i"/> as (C, H, W) of <see cref="Shape"/> and releases its memory.
    /// </summary>
    public void Take(int i, Span<byte> pixels)
    {
        byte[] own = _pixels[i]!;
        _pixels[i] = null;
        // Grey images in a colour dataset have a single plane, which is repeated.
        for (int at = 0; at < pixels.Length; at += own.Length)
            own.CopyTo(pixels[at..]);
    }

    /// <summary>Reads files; false if images that must share a size do not.</summary>
    private bool Read(
        int[] files,
        DecodeOptions options,
        int threads,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        int done = 0;
        Report();
        try
        {
            var result = Parallel.For(
                0,
                files.Length,
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
                (i, loop) =>
                {
                    Read(files[i], options);
                    if (_hasOtherSize)
                        loop.Stop();
                    lock (_pixels)
                    {
                        done++;
                        Report();
                    }
                }
            );
            return result.IsCompleted;
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
            throw;
        }

        void Report() => progress?.Report(new DataProgress(DataActivity.Reading, _listing.Folder, done, files.Length));
    }

    private void Read(int i, DecodeOptions options)
    {
        string path = _listing.Files[i].Path;
        try
        {
            var (image, findings) = ImageDecoder.Read(path, options);
            _findings[i] = findings;
            if (!_anySize && (image.Width, image.Height) != (_size.Width, _size.Height))
                _hasOtherSize = true;
            else
                _pixels[i] = ImageResampler.Fit(image, _size, _colour == ImageColour.Grey ? 1 : image.Channels);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            string reason = e.Message.ReplaceLineEndings(" "),
                prefix = path + ": ";
            _faults[i] = reason.StartsWith(prefix, StringComparison.Ordinal) ? reason[prefix.Length..] : reason;
        }
    }

    private int Channels() =>
        _colour switch
        {
            ImageColour.Grey => 1,
            ImageColour.Rgb => 3,
            _ => Array.Exists(_pixels, p => p is not null && p.Length > _size.Width * _size.Height) ? 3 : 1,
        };

    private IEnumerable<string> Describe(DecodeFindings[] found, DecodeOptions decided)
    {
        if (_scaled is not null)
            yield return $"{_scaled}; each is scaled to cover {_size.Width}×{_size.Height} and cropped at the centre. "
                + "--image-size sets another size.";
        int transparent = found.Count(file => file.IsTransparent),
            deep = found.Count(file => file.Highest16 >= 0),
            flawed = found.Count(file => file.Warning is not null);
        if (transparent > 0)
            yield return $"{Images(transparent)} transparent; the background is {decided.Background}"
                + (
                    _background is not null ? "."
                    : decided.Background == BackgroundColour.White
                        ? ", because the visible pixels are dark on average. --background sets another."
                    : ", because the visible pixels are light on average. --background sets another."
                );
        if (deep > 0 && decided.White16 != ushort.MaxValue)
            yield return $"{Images(deep)} of 16 bits with values up to {found.Max(file => file.Highest16):N0}; "
                + $"{decided.White16:N0} ({System.Numerics.BitOperations.PopCount((uint)decided.White16)} bits) "
                + "becomes white in all of them.";
        if (flawed > 0)
        {
            int first = Array.FindIndex(_findings, file => file?.Warning is not null);
            yield return $"{Images(flawed)} decoded completely despite flaws; the first is "
                + $"{_listing.Files[first].Name}: {_findings[first]!.Warning}.";
        }
    }

    private static string Images(int count) => count == 1 ? "1 image is" : $"{count:N0} images are";

    /// <summary>Chooses the usual size for all images.</summary>
    private void Scale(string reason)
    {
        (_size, _scaled) = (new ImageSize(UsualSide, UsualSide), reason);
        (_anySize, _hasOtherSize) = (true, false);
    }

    private void RequireMemory()
    {
        int count = _listing.Files.Count;
        long bytes = (long)count * _size.Width * _size.Height * (_colour == ImageColour.Rgb ? 3 : 1);
        if (bytes > Array.MaxLength)
            throw new InvalidDataException(
                $"{_listing.Folder}: {count:N0} images of {_size.Width}×{_size.Height} take {bytes / 1e9:F1} GB; "
                    + $"at most {Array.MaxLength / 1e9:F1} can be held. Give a smaller --image-size."
            );
    }

    /// <summary>The size of the first readable image; the others may have the same.</summary>
    private ImageSize FirstSize()
    {
        foreach (var file in _listing.Files)
        {
            try
            {
                var (image, _) = ImageDecoder.Read(file.Path, new DecodeOptions());
                return new ImageSize(image.Width, image.Height);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                // Reading reports the error of this file.
            }
        }
        return new ImageSize(1, 1);
    }
}
