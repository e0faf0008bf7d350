using Elbo.Data;
using Spectre.Console;

namespace Elbo.Cli.Terminal;

/// <summary>
/// Prints one line per downloaded or extracted file and per folder that is read; on a terminal, with the progress.
/// </summary>
internal sealed class DataDisplay(TextWriter output) : IProgress<DataProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly bool _live = !Console.IsErrorRedirected;
    private string? _title;
    private DateTime _last;

    public void Report(DataProgress value)
    {
        string title = DataLines.Title(value);
        if (_title != title)
        {
            _title = title;
            _last = default;
            if (!_live)
                output.WriteLine(title);
        }
        bool done = value.Done == value.Total;
        if (!_live || (!done && DateTime.UtcNow - _last < Interval))
            return;
        _last = DateTime.UtcNow;
        output.Write($"\r{title}: {DataLines.Amount(value)}{(done ? "\n" : " ")}");
    }
}

/// <summary>
/// Shows a progress bar for each downloaded or extracted file and each folder that is read, in the place of the
/// training bar.
/// </summary>
internal sealed class BarDataDisplay(ProgressContext context) : IProgress<DataProgress>
{
    private string? _title;
    private ProgressTask? _task;

    public void Report(DataProgress value)
    {
        string title = DataLines.Title(value);
        if (_task is null || _title != title)
        {
            _task?.StopTask();
            (_title, _task) = (title, context.AddTask(Markup.Escape(title)));
        }
        _task.IsIndeterminate = value.Total is null;
        if (value.Total is { } total)
            _task.MaxValue = total;
        _task.Value = value.Done;
        _task.Description = Markup.Escape($"{title}: {DataLines.Amount(value)}");
    }
}

/// <summary>Texts on the progress of getting a dataset.</summary>
internal static class DataLines
{
    /// <summary>The current activity: <c>downloading x.gz</c>.</summary>
    public static string Title(DataProgress progress) =>
        $"{progress.Activity.ToString().ToLowerInvariant()} {VisibleText.Of(progress.Name)}";

    /// <summary>The amount done: <c>1.5 of 9.9 MB</c>.</summary>
    public static string Amount(DataProgress progress)
    {
        bool bytes = progress.Activity == DataActivity.Downloading;
        string total = progress.Total is { } all ? $" of {Number(all)}" : "";
        return $"{Number(progress.Done)}{total} {(bytes ? "MB" : "files")}";

        string Number(long amount) => bytes ? $"{amount / 1e6:F1}" : $"{amount:N0}";
    }
}
