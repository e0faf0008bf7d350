using Elbo.Workflows;

namespace Elbo.Cli.Terminal;

/// <summary>Prints one line per stage of a command; on a terminal, with the progress.</summary>
internal sealed class StageDisplay(TextWriter output) : IProgress<WorkflowProgress>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly bool _live = !Console.IsErrorRedirected;
    private string _stage = "";
    private int _shown;
    private DateTime _last;

    public void Report(WorkflowProgress value)
    {
        if (!_live)
        {
            if (value.Stage != _stage)
                output.WriteLine(value.Stage);
            _stage = value.Stage;
            return;
        }
        if (value.Stage == _stage && DateTime.UtcNow - _last < Interval)
            return;
        (_stage, _last) = (value.Stage, DateTime.UtcNow);
        string line = value.Share > 0 ? $"{value.Stage}: {value.Share:P0}" : value.Stage;
        output.Write($"\r{line.PadRight(_shown)}");
        _shown = line.Length;
    }

    /// <summary>Removes the progress line.</summary>
    public void Dispose()
    {
        if (_live && _shown > 0)
            output.Write($"\r{new string(' ', _shown)}\r");
    }
}
