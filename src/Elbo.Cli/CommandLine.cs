using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Elbo.Cli.Commands;
using Elbo.Cli.Terminal;

namespace Elbo.Cli;

/// <summary>The <c>elbo</c> command: parsing, exit codes and error lines.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Variational autoencoders: train, inspect and use them.")
        {
            TrainCommand.Create(),
            ResumeCommand.Create(),
            ReconstructCommand.Create(),
            DenoiseCommand.Create(),
            GenerateCommand.Create(),
            EmbedCommand.Create(),
            PlotCommand.Create(),
            SelectCommand.Create(),
            ClusterCommand.Create(),
            DuplicatesCommand.Create(),
            InterpolateCommand.Create(),
            TraverseCommand.Create(),
            NeighboursCommand.Create(),
            ReportCommand.Create(),
            ModelsCommand.Create(),
            DatasetsCommand.Create(),
            RecipesCommand.Create(),
            StrategiesCommand.Create(),
            BenchCommand.Create(),
            CompletionsCommand.Create(),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        (help.Action, help.Description) = (new HelpPage(), "show this help");
        root.Options.OfType<VersionOption>().Single().Description = "show the version";
        // Names may begin with @; they do not refer to files with further arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpPage)
        {
            if (args.Length == 0)
                return Help(root);
            return Report.BadInput($"{Sentence(Complaint(parsed))} See '{Path(parsed.CommandResult)} --help'.");
        }
        using var stop = new StopSignals();
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                stop.Token
            );
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

    private static string Sentence(string text) => text[^1] is '.' or '?' ? text : text + ".";

    /// <summary>
    /// The most helpful error message. An unknown word is reported first, because it explains most other errors.
    /// </summary>
    private static string Complaint(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is not [var unknown, ..])
            return parsed.Errors[0].Message;
        if (unknown.StartsWith('-'))
        {
            string hint = NearestName.Find(unknown, command.Options.Where(o => !o.Hidden).Select(o => o.Name))
                is { } near
                ? $" Did you mean {near}?"
                : "";
            return $"'{Path(parsed.CommandResult)}' has no option '{unknown}'.{hint}";
        }
        return command.Subcommands.Count > 0
            ? NearestName.Unknown("command", unknown, [.. command.Subcommands.Select(c => c.Name)]).Message
            : $"'{Path(parsed.CommandResult)}' does not take '{unknown}'";
    }

    private static string Path(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : "elbo";
}
