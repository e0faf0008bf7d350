using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Selection;

namespace Elbo.Cli.Commands;

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
