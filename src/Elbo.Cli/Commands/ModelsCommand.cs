using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Models;

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
