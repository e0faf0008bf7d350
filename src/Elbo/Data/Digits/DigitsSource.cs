using Elbo.Engine;

namespace Elbo.Data.Digits;

/// <summary>
/// The built-in dataset: handwritten-style digits drawn by program, in MNIST's format and without any file.
/// </summary>
/// <remarks>
/// Every digit has three ways of being written. Each image takes one, lets its control points miss their places, maps
/// them by a random size, proportion, slant, turn and shift, and draws the strokes with a pen of random width and
/// pressure. Image i of a split follows from the seed, the split and i alone, so threads share the work and the bytes
/// stay the same.
/// </remarks>
public sealed class DigitsSource : DatasetSource
{
    private const int Classes = 10;
    private const ulong DefaultSeed = 0;

    private static readonly ImageShape Picture = new(1, DigitCanvas.Side, DigitCanvas.Side);

    private readonly ulong _seed;
    private readonly int _trainCount;
    private readonly int _testCount;

    /// <summary>The default set: 12,000 training and 2,000 test images.</summary>
    public DigitsSource()
        : this(DefaultSeed) { }

    /// <summary>A set of its own size and seed.</summary>
    /// <param name="seed">Decides every image; the training and test images of one seed differ.</param>
    /// <param name="trainCount">Number of training images.</param>
    /// <param name="testCount">Number of test images.</param>
    public DigitsSource(ulong seed, int trainCount = 12_000, int testCount = 2_000)
        : base(
            "digits",
            "handwritten-style digits, drawn by program",
            Picture,
            ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
            trainCount,
            testCount
        )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trainCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(testCount);
        (_seed, _trainCount, _testCount) = (seed, trainCount, testCount);
    }

    /// <inheritdoc/>
    public override bool NeedsFiles => false;

    /// <inheritdoc/>
    public override string? Find(DataLocation location) => null;

    /// <inheritdoc/>
    public override Task<string?> FetchAsync(
        DataLocation location,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    ) => Task.FromResult<string?>(null);

    /// <summary>Draws the images.</summary>
    /// <param name="threads">Number of threads, or −1 for all cores; the images do not depend on it.</param>
    /// <param name="cancellation">Ends the work early.</param>
    public DatasetSplits Generate(int threads = -1, CancellationToken cancellation = default)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        var rng = new Rng(_seed).Fork("digits");
        return new DatasetSplits(
            Split(_trainCount, rng.Fork("train"), options),
            Split(_testCount, rng.Fork("test"), options)
        );
    }

    /// <inheritdoc/>
    protected override DatasetSplits Read(
        DataLocation location,
        DatasetOptions options,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    ) => Generate(cancellation: cancellation);

    private ImageDataset Split(int count, Rng rng, ParallelOptions options)
    {
        byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % Classes))];
        rng.Fork("labels").Shuffle<byte>(labels);
        var images = rng.Fork("images");
        byte[] pixels = new byte[count * Picture.PixelCount];
        Parallel.For(
            0,
            count,
            options,
            () => new DigitWriter(),
            (i, _, writer) =>
            {
                writer.Write(
                    labels[i],
                    images.Fork((ulong)i),
                    pixels.AsSpan(i * Picture.PixelCount, Picture.PixelCount)
                );
                return writer;
            },
            _ => { }
        );
        return new ImageDataset(Name, Picture, pixels, labels, ClassNames);
    }
}
