using System.Runtime.ExceptionServices;
using Elbo.Imaging;

namespace Elbo.Data.Folder;

/// <summary>
/// Decodes the files of an image folder on all threads, with a common size and colour format. The result does not
/// depend on the number of threads, nor on whether it comes from a cache.
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
    private const int UsualSide = 64;

    private readonly ImageFolderListing _listing;
    private readonly int[] _slots;
    private readonly DatasetOptions _options;
    private readonly FileOutcome?[] _outcomes;
    private readonly bool _mayShare;
    private ImageSize _size;
    private ImageBuffer _images;
    private volatile bool _hasOtherSize;

    private ImageFolderReader(ImageFolderListing listing, int[] order, DatasetOptions options)
    {
        int count = listing.Files.Count;
        (_listing, _options) = (listing, options);
        (_outcomes, _slots) = (new FileOutcome[count], new int[count]);
        for (int slot = 0; slot < count; slot++)
            _slots[order[slot]] = slot;
        _size = options.ImageSize ?? FirstSize();
        _mayShare = options.ImageSize is null && Math.Max(_size.Width, _size.Height) <= UsualSide;
        if (options.ImageSize is null && !_mayShare)
            _size = new ImageSize(UsualSide, UsualSide);
        _images = new ImageBuffer(listing.Folder, count, _size, options.Colour);
    }

    /// <summary>Reads all files, from the cache if it has them.</summary>
    /// <param name="listing">The folder's files.</param>
    /// <param name="order">Indices of all files, in the order of the images to return.</param>
    /// <param name="options">Size, colour, background and white level.</param>
    /// <param name="cacheFolder">Folder of the cache; null for none.</param>
    /// <param name="threads">Number of threads; −1 means one per processor.</param>
    /// <param name="progress">Receives the progress of reading.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="InvalidDataException">The images do not fit into memory.</exception>
    public static DecodedFolder Read(
        ImageFolderListing listing,
        int[] order,
        DatasetOptions options,
        string? cacheFolder,
        int threads,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        int count = order.Length;
        var cache = ImageCache.For(cacheFolder, listing, order, options);
        if (cache?.Find(cancellation) is { } cached)
        {
            progress?.Report(new DataProgress(DataActivity.Reading, listing.Folder, count, count));
            return new DecodedFolder(listing, options, order, cached);
        }
        var reader = new ImageFolderReader(listing, order, options);
        reader.ReadAll(threads, progress, cancellation);
        var images = new DecodedImages(
            reader._images.Shape,
            reader._outcomes!,
            reader._images.Take([.. order.Where(i => reader._outcomes[i]!.Fault is null).Select(i => reader._slots[i])])
        );
        string? trouble = cache?.Store(images);
        return new DecodedFolder(listing, options, order, images) { Trouble = trouble };
    }

    private void ReadAll(int threads, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        int[] all = [.. Enumerable.Range(0, _outcomes.Length)];
        var guess = new DecodeOptions
        {
            Target = _mayShare ? null : _size,
            Background = _options.Background ?? BackgroundColour.Black,
            White16 = _options.White16 ?? ushort.MaxValue,
        };
        if (!Read(all, guess, threads, progress, cancellation))
        {
            Resize();
            guess = guess with { Target = _size };
            Read(all, guess, threads, progress, cancellation);
        }
        var found = new FolderFindings(_outcomes!, _options);
        int[] again =
        [
            .. all.Where(i =>
                _outcomes[i]!.Findings is { } file
                && (
                    (file.IsTransparent && found.Background != guess.Background)
                    || (file.Highest16 >= 0 && found.White16 != guess.White16)
                )
            ),
        ];
        if (again.Length > 0)
            Read(
                again,
                guess with
                {
                    Background = found.Background,
                    White16 = found.White16,
                },
                threads,
                progress,
                cancellation
            );
    }

    /// <summary>Chooses the usual size for all images.</summary>
    private void Resize()
    {
        _size = new ImageSize(UsualSide, UsualSide);
        _images = new ImageBuffer(_listing.Folder, _outcomes.Length, _size, _options.Colour);
        _hasOtherSize = false;
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
                    lock (_outcomes)
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
            var (image, findings) = _listing.Files[i].Decode(options);
            if (options.Target is null && (image.Width, image.Height) != (_size.Width, _size.Height))
                _hasOtherSize = true;
            else
                _images.Put(
                    _slots[i],
                    ImageResampler.Fit(image, _size, _options.Colour == ImageColour.Grey ? 1 : image.Channels)
                );
            _outcomes[i] = new FileOutcome(findings, null);
        }
        catch (Exception e) when (IsFault(e))
        {
            string reason = e.Message.ReplaceLineEndings(" "),
                prefix = path + ": ";
            _outcomes[i] = new FileOutcome(
                null,
                reason.StartsWith(prefix, StringComparison.Ordinal) ? reason[prefix.Length..] : reason,
                IsLasting: e is InvalidDataException
            );
        }
    }

    /// <summary>The size of the first readable image; the others may have the same.</summary>
    private ImageSize FirstSize()
    {
        foreach (var file in _listing.Files)
        {
            try
            {
                var (image, _) = file.Decode(new DecodeOptions());
                return new ImageSize(image.Width, image.Height);
            }
            catch (Exception e) when (IsFault(e))
            {
                // Reading reports the error of this file.
            }
        }
        return new ImageSize(1, 1);
    }

    private static bool IsFault(Exception e) => e is InvalidDataException or IOException or UnauthorizedAccessException;
}
