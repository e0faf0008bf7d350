using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Spectre.Console;

namespace Elbo.Cli.Terminal;

/// <summary>
/// Shows training: on a terminal a progress bar with throughput and remaining time, on a pipe one line per epoch.
/// </summary>
internal static class TrainingDisplay
{
    /// <summary>
    /// Runs <paramref name="train"/> with an observer and a progress display that suit standard error.
    /// </summary>
    /// <param name="train">The training to run.</param>
    /// <param name="last">Metrics of the last epoch; empty if there was none.</param>
    public static RunFolder Show(
        Func<ITrainingObserver, IProgress<DataProgress>, RunFolder> train,
        out IReadOnlyList<EpochMetrics> last
    )
    {
        if (Console.IsErrorRedirected)
        {
            var plain = new PlainTrainingObserver(Console.Error);
            var run = train(plain, new DataDisplay(Console.Error));
            last = plain.Last;
            return run;
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        IReadOnlyList<EpochMetrics> figures = [];
        var result = console
            .Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .Start(context =>
            {
                var observer = new BarTrainingObserver(console, context);
                var folder = train(observer, new BarDataDisplay(context));
                figures = observer.Last;
                return folder;
            });
        last = figures;
        return result;
    }

    /// <summary>The result of a run as a JSON object.</summary>
    public static JsonObject Json(RunFolder run, IReadOnlyList<EpochMetrics> last)
    {
        var result = new JsonObject { ["run"] = run.Path };
        if (last.Count > 0)
            result["epochs"] = last[0].Epoch;
        foreach (var row in last)
        {
            var figures = new JsonObject { ["loss"] = row.Loss };
            foreach (var (name, value) in row.Terms)
                figures[name] = value;
            result[row.Split] = figures;
        }
        return result;
    }
}
