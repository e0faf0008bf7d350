namespace Elbo.Workflows.Evaluating;

/// <summary>A score of an image. The higher it is, the odder is the image.</summary>
public enum OddityScore
{
    /// <summary>−log p(x) by importance sampling, in nats.</summary>
    Likelihood,

    /// <summary>Mean squared error of the reconstruction.</summary>
    Reconstruction,

    /// <summary>Fraction of the image's variance that the reconstruction does not explain.</summary>
    Unexplained,

    /// <summary>KL(q(z|x) ‖ p(z)) in nats.</summary>
    Kl,

    /// <summary>Mean Euclidean distance of the code from the nearest codes of training images.</summary>
    Neighbours,
}

/// <summary>Options of <see cref="ScoreWorkflow"/>.</summary>
public sealed record ScoreOptions
{
    /// <summary>The images to score.</summary>
    public ImageChoice Choice { get; init; } = new();

    /// <summary>The score that sorts the images, and that is compared with training images.</summary>
    public OddityScore By { get; init; }

    /// <summary>
    /// Quantile of the scores of training images, in [0, 1]. An image with a higher score is odd.
    /// </summary>
    public double Threshold { get; init; } = 0.99;

    /// <summary>Whether a command with odd images fails.</summary>
    public bool FailAbove { get; init; }

    /// <summary>
    /// Classes of the images, by name or number, that are foreign to the training images. The summary says how well
    /// each score separates them from the other classes. Null for none.
    /// </summary>
    public IReadOnlyList<string>? Foreign { get; init; }

    /// <summary>Number of samples K per image for log p(x); with 1 it is the evidence lower bound.</summary>
    public int ImportanceSamples { get; init; } = 10;

    /// <summary>Seed of all random numbers.</summary>
    public ulong Seed { get; init; }

    /// <summary>Folder to write; null chooses one in the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether an existing folder may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Number of threads; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<ScoreOptions>> List { get; } =
    [
        .. ImageChoice.List.Select(option =>
            option.Within<ScoreOptions>(o => o.Choice, (o, v) => o with { Choice = v })
        ),
        OptionOf<ScoreOptions>.OneOf<OddityScore>(
            "by",
            "score that sorts the images: likelihood, -log p(x); reconstruction, squared error; unexplained, squared "
                + "error over variance; kl, KL divergence; neighbours, distance from the nearest codes of training "
                + "images",
            o => o.By,
            (o, v) => o with { By = v }
        ),
        OptionOf<ScoreOptions>.Number(
            "threshold",
            "quantile of the scores of training images; an image above it is odd",
            o => o.Threshold,
            (o, v) => o with { Threshold = v }
        ) with
        {
            Range = OptionRange.Between(0, 1),
        },
        OptionOf<ScoreOptions>.Flag(
            "fail-above",
            "exit with code 3 if an image is odd",
            o => o.FailAbove,
            (o, v) => o with { FailAbove = v }
        ),
        OptionOf<ScoreOptions>.Texts(
            "foreign",
            "classes of the images, such as subfolders, that are foreign to the training: how well do scores find "
                + "them?",
            o => o.Foreign,
            (o, v) => o with { Foreign = v }
        ),
        OptionOf<ScoreOptions>.WholeNumber(
            "importance-samples",
            "samples of z per image for log p(x); more are more exact and take longer",
            o => o.ImportanceSamples,
            (o, v) => o with { ImportanceSamples = v }
        ) with
        {
            Letter = 'k',
            Range = OptionRange.Between(1, 1_000_000),
        },
        CommonOptions.Seed<ScoreOptions>(o => o.Seed, (o, v) => o with { Seed = v }),
        CommonOptions.Output<ScoreOptions>(
            "folder to write; by default one in the run's folder scores",
            o => o.Output,
            (o, v) => o with { Output = v }
        ) with
        {
            ValueName = "DIR",
        },
        CommonOptions.Overwrite<ScoreOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
        CommonOptions.Threads<ScoreOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
    ];

    /// <summary>Checks everything that can be checked without the images.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        Require.Given(Choice, "the choice of images");
        List.Validate(this);
        Choice.Validate();
    }
}
