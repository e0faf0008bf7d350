using Elbo.Data.Download;
using Elbo.Formats;

namespace Elbo.Data;

/// <summary>Frey faces: 1,965 grey video frames of one man's face, without labels.</summary>
/// <remarks>
/// By Brendan Frey, published by Sam Roweis as a MAT-file with a matrix <c>ff</c> that has one face per column. Each
/// face is rescaled so that its darkest pixel is black and its brightest white. The first 80 % are training images, the
/// next 10 % validation images, the last 10 % test images. Neighbouring frames are nearly equal, so this order keeps
/// them in the same split.
/// </remarks>
public sealed class FreySource : DatasetSource
{
    private const string FileName = "frey_rawface.mat",
        Variable = "ff";
    private const int Published = 1965,
        Fewest = 10;

    private static readonly ImageShape Face = new(1, 28, 20);

    private readonly RemoteFile _file;

    /// <summary>Creates the published dataset.</summary>
    public FreySource()
        : this(
            new RemoteFile(
                FileName,
                [new Uri("https://cs.nyu.edu/~roweis/data/frey_rawface.mat")],
                1_100_584,
                ContentDigest.Sha256("265a83a23adb081755cd3de375509828e690324d1d60f076b8ecebc840d59c64")
            )
            {
                Unpacked = false,
            }
        ) { }

    internal FreySource(RemoteFile file)
        : base(
            "frey",
            "frames of one man's face (Frey and Roweis)",
            Face,
            [],
            trainCount: TrainEnd(Published),
            testCount: Published - ValidationEnd(Published)
        ) => _file = file;

    /// <inheritdoc/>
    public override bool NeedsFiles => true;

    /// <inheritdoc/>
    public override int ValidationCount => ValidationEnd(Published) - TrainEnd(Published);

    /// <inheritdoc/>
    public override string? Find(DataLocation location)
    {
        ArgumentNullException.ThrowIfNull(location);
        return Places(location).FirstOrDefault(folder => File.Exists(Path.Combine(folder, FileName)));
    }

    private protected override string Sought => FileName;

    private protected override IEnumerable<string> Places(DataLocation location) =>
        location.Folders.SelectMany(folder => (string[])[Path.Combine(folder, Name), folder]);

    /// <inheritdoc/>
    public override async Task<string?> FetchAsync(
        DataLocation location,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        if (Find(location) is { } found)
            return found;
        if (location.Offline)
            throw Absent(location.Folders.Select(folder => Path.Combine(folder, Name)), FileName, "it");
        string target = Path.Combine(location.DownloadFolder, Name);
        await DownloadAsync([_file], target, progress, cancellation).ConfigureAwait(false);
        return target;
    }

    /// <inheritdoc/>
    protected override DatasetSplits Read(
        DataLocation location,
        DatasetOptions options,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        string path = Path.Combine(FindOrFetch(location, progress, cancellation), FileName);
        var faces = MatReader.Read(path, Variable, cancellation);
        if (faces.Dimensions is not [var pixels, var count] || pixels != Face.PixelCount || count < Fewest)
            throw new InvalidDataException(
                $"{path}: {Variable} is {faces.Size}; expected {Face.PixelCount} pixels in each of {Fewest} "
                    + "columns or more."
            );
        var all = new ImageDataset(Name, Face, Scale(faces.Values, path));
        int train = TrainEnd(count),
            validation = ValidationEnd(count);
        return new DatasetSplits(all.Slice(0, train), all.Slice(validation, count - validation))
        {
            Validation = all.Slice(train, validation - train),
        };
    }

    /// <summary>
    /// Rescales each face from its minimum and maximum to 0–255. A face is one column, row after row of pixels; a
    /// constant face becomes black.
    /// </summary>
    private static byte[] Scale(ReadOnlySpan<double> values, string path)
    {
        byte[] pixels = new byte[values.Length];
        for (int start = 0; start < values.Length; start += Face.PixelCount)
        {
            var face = values.Slice(start, Face.PixelCount);
            double least = double.PositiveInfinity,
                greatest = double.NegativeInfinity;
            foreach (double value in face)
            {
                if (!double.IsFinite(value))
                    throw new InvalidDataException(
                        $"{path}: column {start / Face.PixelCount + 1} of {Variable} has {value}; expected intensities."
                    );
                (least, greatest) = (Math.Min(least, value), Math.Max(greatest, value));
            }
            double scale = greatest > least ? 255 / (greatest - least) : 0;
            for (int i = 0; i < face.Length; i++)
                pixels[start + i] = (byte)Math.Round((face[i] - least) * scale);
        }
        return pixels;
    }

    private static int TrainEnd(int count) => count * 4 / 5;

    private static int ValidationEnd(int count) => count * 9 / 10;
}
