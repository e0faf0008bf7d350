using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Selection;
using Elbo.Workflows.Runs;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo models</c></summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var json = RunArguments.Json();
        var command = new Command("models", "List the models") { json };
        command.SetAction(parsed =>
            CatalogTable.Print(
                "models",
                parsed.GetValue(json),
                [
                    .. ModelCatalog.All.Select(m =>
                        new CatalogTable.Cell[] { new("name", m.Name), new("description", m.Description) }
                    ),
                ]
            )
        );
        return HelpPage.Add(command, "elbo models");
    }
}

/// <summary><c>elbo devices</c></summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var json = RunArguments.Json();
        var command = new Command("devices", "List the processor and the GPUs that can compute") { json };
        command.SetAction(parsed =>
        {
            var devices = DeviceInfo.All;
            if (devices.All(device => device.Kind == "cpu"))
                Console.Error.WriteLine("elbo: no GPU was found; one of NVIDIA needs its driver only.");
            return CatalogTable.Print(
                "devices",
                parsed.GetValue(json),
                [
                    .. devices.Select(d =>
                        new CatalogTable.Cell[]
                        {
                            new("kind", d.Kind),
                            new("name", d.Name),
                            new("memory", d.MemoryBytes, $"{d.MemoryBytes / (double)(1 << 30):F1} GiB"),
                            new("details", d.Details),
                        }
                    ),
                ]
            );
        });
        return HelpPage.Add(command, "elbo devices");
    }
}

/// <summary><c>elbo recipes</c></summary>
internal static class RecipesCommand
{
    public static Command Create()
    {
        var json = RunArguments.Json();
        var command = new Command("recipes", "List the recipes") { json };
        command.SetAction(parsed =>
            CatalogTable.Print(
                "recipes",
                parsed.GetValue(json),
                [
                    .. RecipeCatalog.All.Select(r =>
                        new CatalogTable.Cell[] { new("name", r.Name), new("description", r.Description) }
                    ),
                ]
            )
        );
        return HelpPage.Add(command, "elbo recipes");
    }
}

/// <summary><c>elbo strategies</c></summary>
internal static class StrategiesCommand
{
    public static Command Create()
    {
        var json = RunArguments.Json();
        var command = new Command("strategies", "List the strategies for choosing images") { json };
        command.SetAction(parsed =>
            CatalogTable.Print(
                "strategies",
                parsed.GetValue(json),
                [
                    .. SelectionCatalog.All.Select(s =>
                        new CatalogTable.Cell[]
                        {
                            new("name", s.Name),
                            new("paper", s.Paper),
                            new("description", s.Description),
                        }
                    ),
                ]
            )
        );
        return HelpPage.Add(command, "elbo strategies");
    }
}
