using Elbo.Data;

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
