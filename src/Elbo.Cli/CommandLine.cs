using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Elbo.Cli.Commands;
using Elbo.Cli.Terminal;

namespace Elbo.Cli;

/// <summary>The command <c>elbo</c>: parsing, exit codes and error lines.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Variational autoencoders: train, look into, and use them.")
        {
            TrainCommand.Create(),
            ResumeCommand.Create(),
            ReconstructCommand.Create(),
            DenoiseCommand.Create(),
            GenerateCommand.Create(),
            EmbedCommand.Create(),
            PlotCommand.Create(),
            ModelsCommand.Create(),
            DatasetsCommand.Create(),
            RecipesCommand.Create(),
            BenchCommand.Create(),
        };
        root.Options.OfType<HelpOption>().Single().Action = new HelpWithExample();
        var parsed = root.Parse(args);
        if (parsed.Errors is [var error, ..] && parsed.Action is not HelpWithExample)
        {
            if (args.Length == 0) return Help(root);
            return Report.BadInput($"{error.Message.TrimEnd('.')}. See '{Path(parsed.CommandResult)} --help'.");
        }
        using var stop = new StopSignals();
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
        }
        catch (Exception e)
        {
            return Report.Failure(e);
        }
    }

    private static int Help(RootCommand root)
    {
        root.Parse("--help").Invoke();
        return Report.Success;
    }

    private static string Path(CommandResult command)
        => command.Parent is CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : "elbo";
}
