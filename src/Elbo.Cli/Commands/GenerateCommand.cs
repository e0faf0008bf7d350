using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows.Plots;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo generate</c></summary>
internal static class GenerateCommand
{
    private static readonly OptionOf<GridOptions> Count = OptionOf<GridOptions>.WholeNumber(
        "count",
        "number of images, in as many rows as they need; by default the grid is filled",
        o => o.Count,
        (o, v) => o with { Rows = null, Count = v }
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
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                // The count determines the rows, so it is read after them.
                var images = grid.Read(new GridOptions(), given);
                grid.Validate(images);
                var chosen = GenerateOptions.List.Read(new GenerateOptions(), given);
                chosen.Validate();
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                Console.WriteLine(GenerateWorkflow.Run(loaded, chosen, images));
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo generate runs/vae-mnist-z2 --mode uniform --manifold-grid 20x20");
    }
}
