using Elbo.Data;
using Spectre.Console;

namespace Elbo.Cli.Terminal;

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
