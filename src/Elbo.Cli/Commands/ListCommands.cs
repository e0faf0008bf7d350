using System.CommandLine;
using Elbo.Cli.Terminal;
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
