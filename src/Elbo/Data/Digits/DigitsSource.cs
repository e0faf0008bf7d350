using Elbo.Engine;

namespace Elbo.Data.Digits;

/// <summary>The built-in dataset: synthetic handwritten digits in MNIST's format, without any file.</summary>
/// <remarks>
/// Every digit has three glyphs. Each image takes one, displaces its control points randomly, applies a random scale,
/// aspect ratio, slant, rotation and shift, and draws the strokes with a pen of random width and pressure. Image i of a
/// split depends only on the seed, the split and i, so threads share the work and the bytes stay the same.
/// </remarks>
public sealed class DigitsSource : DatasetSource
{
    private const int Classes = 10;
    private const ulong DefaultSeed = 0;

    private static readonly ImageShape Picture = new(1, DigitCanvas.Side, DigitCanvas.Side);

    private readonly ulong _seed;
    private readonly int _trainCount;
    private readonly int _testCount;

    /// <summary>Creates the default set of 12,000 training and 2,000 test images.</summary>
    public DigitsSource()
        : this(DefaultSeed) { }

    /// <summary>Creates a set with a given seed and size.</summary>
    /// <param name="seed">Determines every image. The training and test images of a seed differ.</param>
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

    /// <summary>Generates the images.</summary>
    /// <param name="threads">Number of threads, or −1 for all cores. The images do not depend on it.</param>
    /// <param name="cancellation">Cancels the generation.</param>
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
