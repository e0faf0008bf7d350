using Elbo.Formats;

namespace Elbo.Data;

/// <summary>MNIST with every pixel drawn as 0 or 1 once and for all, without labels.</summary>
/// <remarks>
/// The static binarisation of Larochelle and Murray 2011, "The Neural Autoregressive Distribution Estimator", after
/// Salakhutdinov and Murray 2008. Each of the three files has one image per line: 784 numbers 0 or 1, separated by
/// blanks, row after row of pixels.
/// </remarks>
public sealed class BinarizedMnistSource()
    : DatasetSource(
        "binarized-mnist",
        "handwritten digits of black and white pixels (Larochelle and Murray)",
        Digit,
        [],
        trainCount: 50_000,
        testCount: 10_000
    )
{
    // No digest of the files is published, so they are not downloaded.
    private const string Publisher = "http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist";

    private const int BufferSize = 1 << 16;

    private static readonly ImageShape Digit = new(1, 28, 28);
    private static readonly string[] Files = [FileOf("train"), FileOf("valid"), FileOf("test")];

    /// <inheritdoc/>
    public override bool NeedsFiles => true;

    /// <inheritdoc/>
    public override bool CanBeFetched => false;

    /// <inheritdoc/>
    public override int ValidationCount => 10_000;

    /// <inheritdoc/>
    public override string? Find(DataLocation location)
    {
        ArgumentNullException.ThrowIfNull(location);
        return Places(location).FirstOrDefault(folder => Files.All(file => File.Exists(Path.Combine(folder, file))));
    }

    private protected override string Sought => string.Join(", ", Files);

    private protected override IEnumerable<string> Places(DataLocation location) =>
        location.Folders.SelectMany(folder =>
            (string[])[Path.Combine(folder, Name), Path.Combine(folder, "binarized_mnist"), folder]
        );

    /// <inheritdoc/>
    public override Task<string?> FetchAsync(
        DataLocation location,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    ) => FindBrought(location, $"put the files of {Publisher} in one folder, and name it");

    /// <inheritdoc/>
    protected override DatasetSplits Read(
        DataLocation location,
        DatasetOptions options,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        string folder = FindOrFetch(location, progress, cancellation);
        ImageDataset Split(string name) =>
            new(Name, Digit, ReadImages(Path.Combine(folder, FileOf(name)), cancellation));
        return new DatasetSplits(Split("train"), Split("test")) { Validation = Split("valid") };
    }

    private static string FileOf(string split) => $"binarized_mnist_{split}.amat";

    /// <summary>Reads lines of 0 and 1 as intensities 0 and 255.</summary>
    /// <exception cref="InvalidDataException">
    /// There is another number, a line has another length, or there are no lines.
    /// </exception>
    private static byte[] ReadImages(string path, CancellationToken cancellation)
    {
        using var file = RegularFile.Open(path, cancellation);
        if (file.Length / 2 >= Array.MaxLength)
            throw new InvalidDataException($"{path} has {file.Length:N0} bytes, more than a dataset of this kind.");
        // A number takes two bytes with its separator.
        var pixels = new List<byte>((int)(file.Length / 2) + 1);
        var buffer = new byte[BufferSize];
        int line = 1,
            start = 0;
        byte before = (byte)'\n';
        for (int count; (count = file.Read(buffer)) > 0; )
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (byte value in buffer.AsSpan(0, count))
            {
                bool isDigit = value is (byte)'0' or (byte)'1';
                if (isDigit && before is not ((byte)'0' or (byte)'1'))
                    pixels.Add(value == '1' ? (byte)255 : (byte)0);
                else if (value == '\n')
                    EndLine();
                else if (value is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
                    throw new InvalidDataException(
                        $"{path}: line {line} has a number that is not 0 or 1; expected {Digit.PixelCount} of them, "
                            + "separated by blanks."
                    );
                before = value;
            }
        }
        EndLine();
        return pixels.Count > 0
            ? [.. pixels]
            : throw new InvalidDataException($"{path} has no images; expected one per line.");

        void EndLine()
        {
            int count = pixels.Count - start;
            if (count != 0 && count != Digit.PixelCount)
                throw new InvalidDataException(
                    $"{path}: line {line} has {count} numbers; expected {Digit.PixelCount}, one per pixel."
                );
            (line, start) = (line + 1, pixels.Count);
        }
    }
}
