using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Elbo.Cli.Commands;
using Elbo.Cli.Commands.Exploring;
using Elbo.Cli.Commands.Runs;
using Elbo.Cli.Terminal;
using Elbo.Formats;

namespace Elbo.Cli;

/// <summary>The <c>elbo</c> command: parsing, exit codes and error lines.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command. Control characters in what it prints are escaped.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var (output, error) = (Console.Out, Console.Error);
        Console.SetOut(new VisibleWriter(output));
        Console.SetError(new VisibleWriter(error));
        try
        {
            return await ParseAndRunAsync(args);
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private static async Task<int> ParseAndRunAsync(string[] args)
    {
        if (args.FirstOrDefault(arg => RegularFile.HasInvalidName(ValueOf(arg))) is { } invalid)
            return Report.BadInput(
                $"'{invalid}' has bytes that are not valid UTF-8, so no file or folder of that name can be opened; "
                    + "rename it, and give the new name."
            );
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
            LabelClustersCommand.Create(),
            DuplicatesCommand.Create(),
            InterpolateCommand.Create(),
            TraverseCommand.Create(),
            NeighboursCommand.Create(),
            ReportCommand.Create(),
            CompareCommand.Create(),
            EvaluateCommand.Create(),
            ScoreCommand.Create(),
            DescribeCommand.Create(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            ModelsCommand.Create(),
            DatasetsCommand.Create(),
            DevicesCommand.Create(),
            RecipesCommand.Create(),
            StrategiesCommand.Create(),
            StudioCommand.Create(),
            BenchCommand.Create(),
            CompletionsCommand.Create(),
            VersionCommand.Create(),
        };
        root.Subcommands.Add(HelpCommand.Create(root));
        var help = root.Options.OfType<HelpOption>().Single();
        (help.Action, help.Description) = (new HelpPage(), "show this help");
        var version = root.Options.OfType<VersionOption>().Single();
        version.Description = "show the version";
        version.Aliases.Add("-v");
        // Names may begin with @; they do not refer to files with further arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpPage)
        {
            if (args.Length == 0)
                return Help(root);
            return Report.BadInput($"{Sentence(Complaint(parsed, args))} See '{Path(parsed.CommandResult)} --help'.");
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

    /// <summary>The value in an argument such as <c>--name=value</c>; any other argument is a value.</summary>
    private static string ValueOf(string argument) =>
        argument.StartsWith('-') && argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
            ? argument[(equals + 1)..]
            : argument;

    private static int Help(RootCommand root)
    {
        root.Parse("--help").Invoke();
        return Report.Success;
    }

    private static string Sentence(string text) => text[^1] is '.' or '?' ? text : text + ".";

    /// <summary>
    /// The most helpful error message. An unknown word is reported first, because it explains most other errors.
    /// </summary>
    private static string Complaint(ParseResult parsed, string[] args)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is not [var first, ..])
            return MissingRun(parsed) ?? parsed.Errors[0].Message;
        // The value of an unknown option is unknown too.
        string[] names = [.. command.Options.Where(o => !o.Hidden).Select(o => o.Name)];
        string unknown =
            parsed.UnmatchedTokens.FirstOrDefault(token => token.StartsWith('-'))
            ?? args.FirstOrDefault(arg => IsLongWithOneDash(arg) && PythonSpellings.Find(arg, names) is not null)
            ?? first;
        if (unknown.StartsWith('-'))
        {
            unknown = unknown.Split('=')[0];
            string hint = (PythonSpellings.Find(unknown, names) ?? NearestName.Find(unknown, names)) is { } near
                ? $" Did you mean {near}?"
                : "";
            return $"'{Path(parsed.CommandResult)}' has no option '{unknown}'.{hint}";
        }
        return command.Subcommands.Count > 0
            ? NearestName.Unknown("command", unknown, [.. command.Subcommands.Select(c => c.Name)]).Message
            : $"'{Path(parsed.CommandResult)}' does not take '{unknown}'";
    }

    /// <summary>
    /// Whether an argument such as <c>-lr</c> was read as the letter <c>-l</c> with the value <c>r</c>.
    /// </summary>
    private static bool IsLongWithOneDash(string arg) => arg.Length > 2 && arg[0] == '-' && arg[1] != '-';

    /// <summary>What a run is, if the command needs one and none is given.</summary>
    private static string? MissingRun(ParseResult parsed) =>
        parsed.CommandResult.Command.Arguments is [{ Name: RunArguments.Name } run, ..]
        && parsed.GetResult(run) is not { Tokens.Count: > 0 }
            ? $"'{Path(parsed.CommandResult)}' needs a RUN: the folder of a trained model, such as "
                + $"{RunArguments.Example}, which 'elbo train' prints when it is done."
            : null;

    private static string Path(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : "elbo";
}
