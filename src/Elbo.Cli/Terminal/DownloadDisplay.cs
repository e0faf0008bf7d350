using Elbo.Data;

namespace Elbo.Cli.Terminal;

/// <summary>One line per downloaded file; on a terminal, the share done as it grows.</summary>
internal sealed class DownloadDisplay(TextWriter output) : IProgress<DownloadProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly bool _live = !Console.IsErrorRedirected;
    private string? _file;
    private DateTime _last;

    public void Report(DownloadProgress value)
    {
        if (value.File != _file)
        {
            _file = value.File;
            _last = default;
            if (!_live) output.WriteLine($"downloading {value.File}");
        }
        bool done = value.BytesDone == value.BytesTotal;
        if (!_live || (!done && DateTime.UtcNow - _last < Interval)) return;
        _last = DateTime.UtcNow;
        string total = value.BytesTotal is { } bytes ? $" of {bytes / 1e6:F1}" : "";
        output.Write($"\rdownloading {value.File}: {value.BytesDone / 1e6:F1}{total} MB{(done ? "\n" : " ")}");
    }
}
