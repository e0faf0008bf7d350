using System.Runtime.ExceptionServices;
using Elbo.Formats;

namespace Elbo.Data;

/// <summary>
/// Decodes the files of an image folder on all threads and brings them to one size and colour; the result does not
/// depend on the number of threads.
/// </summary>
internal sealed class ImageFolderReader
{
    private readonly ImageFolderListing _listing;
    private readonly Func<string, DecodedImage> _decode;
    private readonly ImageSize _size;
    private readonly bool _anySize;
    private readonly ImageColour? _colour;
    private readonly byte[]?[] _pixels;
    private readonly string?[] _faults;
    private readonly string?[] _otherSizes;
    private MissingLibraryException? _missing;

    /// <summary>A reader of one folder.</summary>
    /// <param name="listing">The folder's files.</param>
    /// <param name="options">Size and colour.</param>
    /// <param name="decode">Decodes a file, as <see cref="ImageFile.Read"/>.</param>
    /// <exception cref="InvalidDataException">The images are more than memory holds.</exception>
    /// <exception cref="MissingLibraryException">There are JPEG files, and the library for these is
    /// missing.</exception>
    public ImageFolderReader(ImageFolderListing listing, DatasetOptions options, Func<string, DecodedImage> decode)
    {
        int count = listing.Files.Count;
        (_listing, _decode, _colour, _anySize) = (listing, decode, options.Colour, options.ImageSize is not null);
        (_pixels, _faults, _otherSizes) = (new byte[count][], new string[count], new string[count]);
        _size = options.ImageSize ?? FirstSize();
        long bytes = (long)count * _size.Width * _size.Height * (_colour == ImageColour.Rgb ? 3 : 1);
        if (bytes > Array.MaxLength)
            throw new InvalidDataException(
                $"{listing.Folder}: {count:N0} images of {_size.Width}×{_size.Height} take {bytes / 1e9:F1} GB; "
                    + $"at most {Array.MaxLength / 1e9:F1} can be held. Give a smaller --image-size."
            );
    }

    /// <summary>Size of an image once all are read.</summary>
    public ImageShape Shape { get; private set; }

    /// <summary>Reads all files.</summary>
    /// <exception cref="InvalidDataException">No size was asked for and the images differ in theirs.</exception>
    /// <exception cref="MissingLibraryException">There are JPEG files, and the library for these is
    /// missing.</exception>
    public void ReadAll(int threads, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        int done = 0;
        Report();
        try
        {
            var result = Parallel.For(
                0,
                _pixels.Length,
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
                (i, loop) =>
                {
                    Read(i);
                    if (_missing is not null || _otherSizes[i] is not null)
                        loop.Break(); // all before it are still read: the first one that differs is found
                    lock (_pixels)
                    {
                        done++;
                        Report();
                    }
                }
            );
            if (_missing is not null)
                throw _missing;
            if (result.LowestBreakIteration is { } odd)
                throw new InvalidDataException(
                    $"the images differ in size: {_listing.Files[(int)odd].Name} is {_otherSizes[odd]}, those "
                        + $"before it are {_size.Width}×{_size.Height}. Give an --image-size for all, such as "
                        + $"{_size}."
                );
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        Shape = new ImageShape(Channels(), _size.Height, _size.Width);

        void Report() =>
            progress?.Report(new DataProgress(DataActivity.Reading, _listing.Folder, done, _pixels.Length));
    }

    /// <summary>What is wrong with file <paramref name="i"/>, or null where it was read.</summary>
    public string? Fault(int i) => _faults[i];

    /// <summary>Writes image <paramref name="i"/> as (C, H, W) of <see cref="Shape"/>, and lets go of it.</summary>
    public void Take(int i, Span<byte> pixels)
    {
        byte[] own = _pixels[i]!;
        _pixels[i] = null;
        // Grey images among coloured ones have one plane only.
        for (int at = 0; at < pixels.Length; at += own.Length)
            own.CopyTo(pixels[at..]);
    }

    private int Channels() =>
        _colour switch
        {
            ImageColour.Grey => 1,
            ImageColour.Rgb => 3,
            _ => Array.Exists(_pixels, p => p is not null && p.Length > _size.Width * _size.Height) ? 3 : 1,
        };

    private void Read(int i)
    {
        string path = _listing.Files[i].Path;
        try
        {
            var image = _decode(path);
            if (!_anySize && (image.Width, image.Height) != (_size.Width, _size.Height))
                _otherSizes[i] = $"{image.Width}×{image.Height}";
            else
                _pixels[i] = ImageResampler.Fit(image, _size, _colour == ImageColour.Grey ? 1 : image.Channels);
        }
        catch (MissingLibraryException e)
        {
            _missing = e;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            string reason = e.Message.ReplaceLineEndings(" "),
                prefix = path + ": ";
            _faults[i] = reason.StartsWith(prefix, StringComparison.Ordinal) ? reason[prefix.Length..] : reason;
        }
    }

    /// <summary>The size of the first image that can be read, which all others must have.</summary>
    private ImageSize FirstSize()
    {
        for (int i = 0; i < _pixels.Length; i++)
        {
            try
            {
                var image = _decode(_listing.Files[i].Path);
                return new ImageSize(image.Width, image.Height);
            }
            catch (Exception e)
                when (e
                        is InvalidDataException
                            or UnauthorizedAccessException
                            or (IOException and not MissingLibraryException)
                )
            {
                // Read says what is wrong with it.
            }
        }
        return new ImageSize(1, 1);
    }
}
