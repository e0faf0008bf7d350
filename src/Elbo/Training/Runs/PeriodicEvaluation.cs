namespace Elbo.Training.Runs;

/// <summary>Options of the evaluations in training, whose figures are some of those of <c>elbo evaluate</c>.</summary>
public sealed record PeriodicEvaluation
{
    /// <summary>Number of epochs between evaluations; 0 never evaluates.</summary>
    public int Every { get; init; }

    /// <summary>Number of samples of z per image for log p(x).</summary>
    public int Samples { get; init; } = 100;

    /// <summary>Maximum number of test images; 0 means all. The first ones are used.</summary>
    public int Count { get; init; } = 500;

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<PeriodicEvaluation>> List { get; } =
    [
        OptionOf<PeriodicEvaluation>.WholeNumber(
            "evaluate-every",
            "epochs between evaluations of log p(x), reconstructions and codes; 0 never evaluates",
            o => o.Every,
            (o, v) => o with { Every = v }
        ) with
        {
            Range = OptionRange.From(0, "epochs"),
        },
        OptionOf<PeriodicEvaluation>.WholeNumber(
            "evaluate-samples",
            "for evaluate-every: samples of z per image for log p(x)",
            o => o.Samples,
            (o, v) => o with { Samples = v }
        ) with
        {
            Range = OptionRange.Between(1, 1_000_000),
        },
        OptionOf<PeriodicEvaluation>.WholeNumber(
            "evaluate-count",
            "for evaluate-every: number of test images, the first ones; 0 means all",
            o => o.Count,
            (o, v) => o with { Count = v }
        ) with
        {
            Range = OptionRange.From(0) with { Text = "0 (all), or 2 or more" },
        },
    ];

    /// <summary>Whether an evaluation is due after <paramref name="epoch"/> epochs.</summary>
    internal bool IsDue(int epoch) => Every > 0 && epoch > 0 && epoch % Every == 0;

    /// <summary>Checks that there are enough test images, before training starts.</summary>
    /// <exception cref="ArgumentException">There are fewer than two.</exception>
    internal void RequireImages(int images)
    {
        if (Every > 0 && images < 2)
            throw new ArgumentException(
                $"evaluate-every is {Every}; it needs 2 or more test images, for variances over images, and there "
                    + $"{(images == 1 ? "is 1" : "are none")}."
            );
    }

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        List.Validate(this);
        if (Count == 1)
            throw new ArgumentException(
                "evaluate-count is 1; it must be 0 (all), or 2 or more, for variances over images."
            );
    }
}
