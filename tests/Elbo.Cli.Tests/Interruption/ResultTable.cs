namespace Elbo.Cli.Tests.Interruption;

/// <summary>A table of what several tests found. It is written to the folder <c>artifacts</c> row by row.</summary>
public abstract class ResultTable
{
    private readonly string _name;
    private readonly List<string> _rows;

    protected ResultTable(string name, params string[] columns)
    {
        _name = name;
        _rows = [$"| {string.Join(" | ", columns)} |", string.Concat(Enumerable.Repeat("|---", columns.Length)) + "|"];
    }

    public void Add(string row)
    {
        _rows.Add(row);
        Artifacts.Write(_name, string.Join('\n', _rows) + "\n");
    }
}

/// <summary>Tables of what tests found, in the folder <c>artifacts</c> of the repository.</summary>
internal static class Artifacts
{
    public static void Write(string name, string text)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Elbo.slnx")))
            {
                string artifacts = Directory.CreateDirectory(Path.Combine(folder.FullName, "artifacts")).FullName;
                File.WriteAllText(Path.Combine(artifacts, name), text);
            }
    }
}
