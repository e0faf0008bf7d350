using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

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
