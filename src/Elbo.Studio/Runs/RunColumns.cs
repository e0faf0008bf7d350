using System.Globalization;
using Elbo.Training;
using Elbo.Workflows.Evaluating;

namespace Elbo.Studio.Runs;

/// <summary>A column of the list of runs.</summary>
/// <param name="Name">Heading.</param>
/// <param name="Key">What the list is sorted by: a number or a text; null comes last.</param>
/// <param name="Text">What the cell shows.</param>
public sealed record RunColumn(string Name, Func<RunEntry, IComparable?> Key, Func<RunEntry, string> Text)
{
    /// <summary>Whether the column has numbers, which are aligned to the right.</summary>
    public bool IsNumber { get; init; }

    /// <summary>An explanation of the heading.</summary>
    public string Meaning { get; init; } = "";
}

/// <summary>
/// The columns of a list of runs: what every run has, the terms of the losses and the figures of these runs.
/// </summary>
public static class RunColumns
{
    /// <summary>Heading of the first column.</summary>
    public const string NameColumn = "run";

    /// <summary>The columns for some runs.</summary>
    public static IReadOnlyList<RunColumn> For(IReadOnlyCollection<RunEntry> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        return
        [
            new(NameColumn, run => run.Id, run => run.Id),
            new("state", run => (int)run.State, State),
            new("model", run => run.Config?.Model, run => run.Config?.Model ?? ""),
            new("images", run => run.Config is null ? null : Images(run), run => run.Config is null ? "" : Images(run)),
            Number("z", run => run.Config?.ModelOptions.LatentDim, "latent dimensions"),
            Number("epochs", run => run.Epochs, "completed epochs"),
            Number("loss", run => run.HeldOut?.Loss, "loss of held-out images, in nats per image", "F2"),
            .. Names(runs, row => row.Terms)
                .Select(name =>
                    Number(
                        name,
                        run => Find(run.HeldOut?.Terms, name),
                        $"{name} of held-out images, in nats per image",
                        "F2"
                    )
                ),
            .. Names(runs, row => row.Figures)
                .Select(name =>
                    Number(name, run => Find(run.HeldOut?.Figures, name), $"{name} of held-out images", "0.####")
                ),
            .. runs.SelectMany(run => run.Evaluated?.Figures ?? [])
                .DistinctBy(figure => figure.Name)
                .Select(figure =>
                    Number(figure.Name, run => run.Evaluated?.Find(figure.Name), figure.Meaning) with
                    {
                        Text = run => run.Evaluated?.Find(figure.Name) is { } v ? EvaluationText.Number(v) : "",
                    }
                ),
            Number("parameters", run => run.Record?.Parameters, "trained parameters", "N0"),
            Number("images/s", run => run.Last("train")?.ImagesPerSecond, "training throughput", "N0"),
            new RunColumn(
                "time",
                run => run.Seconds,
                run => run.Rows.Count == 0 ? "" : Duration(TimeSpan.FromSeconds(run.Seconds))
            ) with
            {
                IsNumber = true,
                Meaning = "training time",
            },
            new(
                "changed",
                run => run.Changed,
                run => run.Changed.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            ),
        ];
    }

    /// <summary>What becomes of a run, with the epochs of one that is not finished.</summary>
    public static string State(RunEntry run)
    {
        ArgumentNullException.ThrowIfNull(run);
        string epochs = run.Config is { } config ? $" {run.Epochs}/{config.Epochs}" : "";
        return run.State switch
        {
            RunState.Training => $"training{epochs}",
            RunState.Stopped => $"stopped{epochs}",
            RunState.Finished => "finished",
            _ => "damaged",
        };
    }

    /// <summary>A duration such as <c>1:02:03</c> or <c>42 s</c>.</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalMinutes < 1 ? $"{time.TotalSeconds:0} s"
        : time.TotalHours < 1 ? $"{(int)time.TotalMinutes}:{time.Seconds:00} min"
        : $"{(int)time.TotalHours}:{time.Minutes:00} h";

    private static RunColumn Number(
        string name,
        Func<RunEntry, double?> value,
        string meaning,
        string format = "0.####"
    ) =>
        new(
            name,
            run => value(run) is { } number && !double.IsNaN(number) ? number : null,
            run => value(run)?.ToString(format, CultureInfo.InvariantCulture) ?? ""
        )
        {
            IsNumber = true,
            Meaning = meaning,
        };

    private static string Images(RunEntry run) =>
        run.Config!.DatasetOptions.Images is { } path
            ? Path.GetFileName(Path.TrimEndingDirectorySeparator(path))
            : run.Config.Dataset;

    private static IEnumerable<string> Names(
        IEnumerable<RunEntry> runs,
        Func<EpochMetrics, IReadOnlyList<(string Name, double Value)>> values
    ) =>
        runs.Select(run => run.HeldOut)
            .OfType<EpochMetrics>()
            .SelectMany(row => values(row).Select(value => value.Name))
            .Distinct();

    private static double? Find(IReadOnlyList<(string Name, double Value)>? values, string name) =>
        values?.Where(value => value.Name == name).Select(value => (double?)value.Value).FirstOrDefault();
}
