namespace Elbo.Workflows.Evaluating;

/// <summary>Options of <see cref="EvaluateWorkflow"/>.</summary>
public sealed record EvaluateOptions
{
    /// <summary>The images to evaluate.</summary>
    public ImageChoice Choice { get; init; } = new();

    /// <summary>Number of samples K per image for log p(x) and the bound.</summary>
    public int ImportanceSamples { get; init; } = 100;

    /// <summary>Maximum number of images; 0 means all. The first ones are used.</summary>
    public int Count { get; init; }

    /// <summary>
    /// Anomalous classes, by name or number; <c>others</c> are those that the run was not trained on. Null is the same
    /// for a run trained on some classes only, and none for others.
    /// </summary>
    public IReadOnlyList<string>? Anomaly { get; init; }

    /// <summary>
    /// CSV file with known factors of variation, a row per image and a column per factor, for measures of
    /// disentanglement; null for none.
    /// </summary>
    public string? Factors { get; init; }

    /// <summary>Seed of all random numbers.</summary>
    public ulong Seed { get; init; }

    /// <summary>File to write; null chooses one in the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether an existing file may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Number of threads; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<EvaluateOptions>> List { get; } =
    [
        .. ImageChoice.List.Select(option =>
            option.Within<EvaluateOptions>(o => o.Choice, (o, v) => o with { Choice = v })
        ),
        OptionOf<EvaluateOptions>.WholeNumber(
            "importance-samples",
            "samples of z per image for log p(x) and the bound; more are more exact and take longer",
            o => o.ImportanceSamples,
            (o, v) => o with { ImportanceSamples = v }
        ) with
        {
            Letter = 'k',
            Range = OptionRange.Between(1, 1_000_000),
        },
        OptionOf<EvaluateOptions>.WholeNumber(
            "count",
            "number of images, the first ones; 0 means all",
            o => o.Count,
            (o, v) => o with { Count = v }
        ) with
        {
            Letter = 'n',
            Range = OptionRange.From(0),
        },
        OptionOf<EvaluateOptions>.Texts(
            "anomaly",
            "classes that count as anomalous, by name or number; 'others' are those that the run was not trained on",
            o => o.Anomaly,
            (o, v) => o with { Anomaly = v }
        ) with
        {
            Default = "others for a run trained on some classes only",
        },
        OptionOf<EvaluateOptions>.Text(
            "factors",
            "CSV file of known factors of variation, a row per image and a column per factor, for disentanglement",
            o => o.Factors,
            (o, v) => o with { Factors = v }
        ) with
        {
            ValueName = "FILE",
        },
        CommonOptions.Seed<EvaluateOptions>(o => o.Seed, (o, v) => o with { Seed = v }),
        CommonOptions.Output<EvaluateOptions>(
            "JSON file to write; by default one in the run's folder evaluations, which the report shows",
            o => o.Output,
            (o, v) => o with { Output = v }
        ),
        CommonOptions.Overwrite<EvaluateOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
        CommonOptions.Threads<EvaluateOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
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
