using System.Diagnostics;
using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Runs;
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
    /// <param name="printEvery">Number of epochs between the printed lines. The last epoch is always printed.</param>
    public static RunFolder Show(
        Func<ITrainingObserver, IProgress<DataProgress>, RunFolder> train,
        out IReadOnlyList<EpochMetrics> last,
        int printEvery = 1
    )
    {
        if (Console.IsErrorRedirected)
        {
            var plain = new PlainTrainingObserver(Console.Error, printEvery);
            var run = train(plain, new DataDisplay(Console.Error));
            last = plain.Last;
            return run;
        }
        // Spectre.Console has to write control sequences, and asks whether its writer is Console.Error.
        var visible = Console.Error;
        Console.SetError(new StreamWriter(Console.OpenStandardError(), visible.Encoding) { AutoFlush = true });
        try
        {
            return ShowBar(train, out last, printEvery);
        }
        finally
        {
            Console.SetError(visible);
        }
    }

    private static RunFolder ShowBar(
        Func<ITrainingObserver, IProgress<DataProgress>, RunFolder> train,
        out IReadOnlyList<EpochMetrics> last,
        int printEvery
    )
    {
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
                var observer = new BarTrainingObserver(console, context, printEvery);
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

/// <summary>Shows a progress bar over all epochs, with a line above it for each completed epoch.</summary>
internal sealed class BarTrainingObserver(IAnsiConsole console, ProgressContext context, int printEvery)
    : ITrainingObserver
{
    private ProgressTask? _task;
    private int _firstEpoch;
    private int _epochs;

    public IReadOnlyList<EpochMetrics> Last { get; private set; } = [];

    public void Started(TrainingStart start)
    {
        (_firstEpoch, _epochs) = (start.FirstEpoch, start.Config.Epochs);
        Line(TrainingLines.Start(start));
        if (_firstEpoch <= _epochs)
            _task = context.AddTask("starting", maxValue: _epochs - _firstEpoch + 1);
    }

    public void Stepped(StepProgress progress)
    {
        if (_task is null)
            return;
        _task.Value = progress.Epoch - _firstEpoch + (double)progress.Batch / progress.Batches;
        _task.Description = Markup.Escape(
            $"epoch {progress.Epoch}/{_epochs}  loss {progress.Loss:F2}  {progress.ImagesPerSecond:N0} images/s"
        );
    }

    public void EpochEnded(IReadOnlyList<EpochMetrics> metrics)
    {
        Last = metrics;
        if (TrainingLines.IsPrinted(metrics[0].Epoch, _epochs, printEvery))
            Line(TrainingLines.Epoch(metrics, _epochs));
    }

    public void Evaluated(ModelEvaluation evaluation) => Line(TrainingLines.Evaluation(evaluation));

    public void Note(string message) => Line($"elbo: {message}");

    private void Line(string text) => console.WriteLine(VisibleText.Of(text));
}

/// <summary>Prints one line per epoch, for pipes and logs.</summary>
internal sealed class PlainTrainingObserver(TextWriter output, int printEvery) : ITrainingObserver
{
    private bool _timesFirstStep = Report.IsDebugging;
    private int _epochs;

    public IReadOnlyList<EpochMetrics> Last { get; private set; } = [];

    public void Started(TrainingStart start)
    {
        _epochs = start.Config.Epochs;
        output.WriteLine(TrainingLines.Start(start));
    }

    public void Stepped(StepProgress progress)
    {
        if (!_timesFirstStep)
            return;
        _timesFirstStep = false;
        using var process = Process.GetCurrentProcess();
        Note($"first step {(DateTime.Now - process.StartTime).TotalMilliseconds:F0} ms after the start of the process");
    }

    public void EpochEnded(IReadOnlyList<EpochMetrics> metrics)
    {
        Last = metrics;
        if (TrainingLines.IsPrinted(metrics[0].Epoch, _epochs, printEvery))
            output.WriteLine(TrainingLines.Epoch(metrics, _epochs));
    }

    public void Evaluated(ModelEvaluation evaluation) => output.WriteLine(TrainingLines.Evaluation(evaluation));

    public void Note(string message) => output.WriteLine($"elbo: {message}");
}

/// <summary>Texts on a training run, as plain lines.</summary>
internal static class TrainingLines
{
    public static string Start(TrainingStart start)
    {
        string validation = start.ValidationImages > 0 ? $", {start.ValidationImages:N0} for validation" : "";
        string resumed = start.FirstEpoch > 1 ? $", from epoch {start.FirstEpoch}" : "";
        string device =
            start.Gpu.Length > 0 ? start.Gpu : $"{start.Threads} {(start.Threads == 1 ? "thread" : "threads")}";
        return $"{start.Config.Model} on {start.Config.Dataset}: {start.Parameters:N0} parameters, "
            + $"{start.TrainImages:N0} training images{validation}, {start.TestImages:N0} test images, "
            + $"{device} ({start.InstructionSet}){resumed}";
    }

    /// <summary>Whether an epoch gets a line: every <paramref name="every"/>-th one and the last.</summary>
    public static bool IsPrinted(int epoch, int epochs, int every) => epoch % every == 0 || epoch == epochs;

    public static string Epoch(IReadOnlyList<EpochMetrics> rows, int epochs)
    {
        int digits = epochs.ToString().Length;
        return $"epoch {rows[0].Epoch.ToString().PadLeft(digits)}/{epochs}  {string.Join("  ", rows.Select(Split))}  "
            + $"{rows[0].ImagesPerSecond:N0} images/s  {rows[0].Seconds:F1} s";
    }

    /// <summary>
    /// An evaluation in one line: log p(x) or its bound, and the verdict, which has the active units.
    /// </summary>
    public static string Evaluation(ModelEvaluation evaluation)
    {
        var figure = evaluation.Likelihood;
        return $"evaluation after epoch {evaluation.Epoch}  {figure.Name} {EvaluationText.Number(figure.Value)} "
            + $"± {EvaluationText.Number(figure.StandardError ?? 0)}  {evaluation.Count:N0} {evaluation.Images}, "
            + $"{evaluation.ImportanceSamples:N0} samples each.  {evaluation.Verdict}";
    }

    private static string Split(EpochMetrics row)
    {
        string terms = string.Join(", ", row.Terms.Select(t => $"{t.Name} {t.Value:F2}"));
        string figures = string.Concat(row.Figures.Select(f => $" {f.Name} {f.Value:0.###}"));
        return $"{row.Split} {row.Loss:F2} ({terms}){figures}";
    }
}
