using System.CommandLine;
using System.Text.Json.Nodes;
using Elbo.Cli.Terminal;
using Elbo.Data;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo datasets</c> and <c>elbo datasets fetch</c></summary>
internal static class DatasetsCommand
{
    public static Command Create()
    {
        var json = RunArguments.Json();
        var options = new DeclaredOptions(LocationOptions.List);
        var command = new Command("datasets", "List the datasets and where their files were found") { json };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var location = LocationOptions.Read(options.Read(parsed));
            return CatalogTable.Print(
                "datasets",
                parsed.GetValue(json),
                [.. DatasetCatalog.All.Select(d => Row(d, location))]
            );
        });
        command.Subcommands.Add(CreateFetch());
        return HelpPage.Add(command, "elbo datasets");
    }

    private static Command CreateFetch()
    {
        var name = new Argument<string>("NAME") { Description = "a dataset" };
        name.CompletionSources.Add([.. DatasetCatalog.All.Select(dataset => dataset.Name)]);
        var options = new DeclaredOptions(LocationOptions.List);
        var command = new Command("fetch", "Download the files of a dataset if they are missing") { name };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var source = DatasetCatalog.Get(parsed.GetRequiredValue(name));
                string? folder = await source.FetchAsync(
                    LocationOptions.Read(options.Read(parsed)),
                    new DataDisplay(Console.Error),
                    cancellation
                );
                Console.WriteLine(folder ?? $"{source.Name} needs no files");
                return Report.Success;
            }
        );
        return HelpPage.Add(command, "elbo datasets fetch mnist");
    }

    private static CatalogTable.Cell[] Row(DatasetSource dataset, DataLocation location)
    {
        string? folder = dataset.Find(location);
        return
        [
            new("name", dataset.Name),
            new("shape", dataset.Shape?.ToString(), dataset.Shape?.ToString() ?? "any"),
            new("train", dataset.TrainCount, dataset.TrainCount?.ToString() ?? "any"),
            new("validation", dataset.ValidationCount),
            new("test", dataset.TestCount, dataset.TestCount?.ToString() ?? "any"),
            new("description", dataset.Description),
            new("needs_files", dataset.NeedsFiles, Whereabouts(dataset, folder)),
            new("folder", folder),
        ];
    }

    private static string Whereabouts(DatasetSource dataset, string? folder) =>
        !dataset.NeedsFiles ? "needs no files"
        : folder is not null ? "files in"
        : dataset.CanBeFetched ? "files are not here yet"
        : "needs your files";

    private sealed record LocationOptions
    {
        public string? DataDir { get; init; }

        public static IReadOnlyList<OptionOf<LocationOptions>> List { get; } =
        [CommonOptions.DataDir<LocationOptions>(o => o.DataDir, (o, v) => o with { DataDir = v })];

        public static DataLocation Read(JsonObject given) =>
            DataLocation.FromEnvironment(List.Read(new LocationOptions(), given).DataDir);
    }
}
