using Elbo.Data;

namespace Elbo.Cli.Terminal;

/// <summary>One line per file that is downloaded or unpacked and per folder that is read; on a terminal, the share done as it grows.</summary>
internal sealed class DataDisplay(TextWriter output) : IProgress<DataProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly bool _live = !Console.IsErrorRedirected;
    private (DataActivity, string)? _current;
    private DateTime _last;

    public void Report(DataProgress value)
    {
        string title = $"{value.Activity.ToString().ToLowerInvariant()} {value.Name}";
        if (_current != (value.Activity, value.Name))
        {
            _current = (value.Activity, value.Name);
            _last = default;
            if (!_live) output.WriteLine(title);
        }
        bool done = value.Done == value.Total;
        if (!_live || (!done && DateTime.UtcNow - _last < Interval)) return;
        _last = DateTime.UtcNow;
        output.Write($"\r{title}: {Amount(value)}{(done ? "\n" : " ")}");
    }

    private static string Amount(DataProgress value)
    {
        bool bytes = value.Activity == DataActivity.Downloading;
        string total = value.Total is { } all ? $" of {Number(all)}" : "";
        return $"{Number(value.Done)}{total} {(bytes ? "MB" : "files")}";

        string Number(long amount) => bytes ? $"{amount / 1e6:F1}" : $"{amount:N0}";
    }
}
