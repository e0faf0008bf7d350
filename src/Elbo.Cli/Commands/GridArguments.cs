using System.CommandLine;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary>The options of commands that write image grids.</summary>
internal sealed class GridArguments
{
    private readonly Option<int> _rows = RunArguments.Number("--rows", "rows of the grid", 10);
    private readonly Option<int> _columns = RunArguments.Number("--columns", "columns of the grid", 10);
    private readonly Option<string?> _output = RunArguments.Output(
        "file to write: .png, .pdf or .svg; otherwise a PNG among the run's images"
    );
    private readonly Option<bool> _separate = new("--separate")
    {
        Description = "write every image to a PNG of its own, too",
    };
    private readonly Option<bool> _overwrite = RunArguments.Overwrite();
    private readonly Option<ulong> _seed = RunArguments.Seed();

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_rows, _columns, _output, _separate, _seed, _overwrite])
            command.Options.Add(option);
    }

    public GridOptions Read(ParseResult parsed) =>
        new()
        {
            Rows = parsed.GetValue(_rows),
            Columns = parsed.GetValue(_columns),
            Output = parsed.GetValue(_output),
            Separate = parsed.GetValue(_separate),
            Overwrite = parsed.GetValue(_overwrite),
            Seed = parsed.GetValue(_seed),
        };
}
