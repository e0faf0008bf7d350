using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows.Plots;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo generate</c></summary>
internal static class GenerateCommand
{
    private static readonly OptionOf<GridOptions> Count = OptionOf<GridOptions>.WholeNumber(
        "count",
        "number of images, in rows of --columns; by default rows times columns",
        o => o.Count,
        // Rounds the division up without overflow. The number of columns is checked later.
        (o, v) => o with { Rows = o.Columns < 1 ? 1 : (v - 1) / o.Columns + 1, Count = v }
    ) with
    {
        Range = OptionRange.From(1),
    };

    public static Command Create()
    {
        var run = RunArguments.Run();
        IReadOnlyList<OptionOf<GridOptions>> grid = [.. GridOptions.List, Count];
        var options = new DeclaredOptions([.. GenerateOptions.List, .. grid, .. OpenOptions.List]);
        var command = new Command("generate", "Generate images from new codes") { run };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = options.Read(parsed);
            // The count determines the rows, so it is read after the columns.
            var images = grid.Read(new GridOptions(), given);
            grid.Validate(images);
            var chosen = GenerateOptions.List.Read(new GenerateOptions(), given);
            chosen.Validate();
            using var loaded = RunArguments.Open(parsed, run, given);
            Console.WriteLine(GenerateWorkflow.Run(loaded, chosen, images));
            return Report.Success;
        });
        return HelpPage.Add(command, "elbo generate runs/vae-mnist-z2 --mode uniform --rows 20 --columns 20");
    }
}
