using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Elbo.Cli;

/// <summary>A section of help with a heading.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Lines">The syntax of each option, such as <c>-z, --latent-dim N</c>, and its description.</param>
/// <param name="Note">A sentence below the options; null for none.</param>
internal sealed record HelpSection(string Title, IReadOnlyList<(string Left, string Right)> Lines, string? Note = null);

/// <summary>The help of a command: description, syntax, options by section, and an example.</summary>
internal sealed class HelpPage : SynchronousCommandLineAction
{
    /// <summary>The width of help that is not written to a terminal, in columns.</summary>
    private const int UsualWidth = 100;

    private const int Widest = 120;
    private const int Narrowest = 50;
    private const int WidestLeft = 28;

    // Every command line builds its own commands, so these tables must not keep them alive.
    private static readonly ConditionalWeakTable<Command, string> Examples = [];
    private static readonly ConditionalWeakTable<Command, Func<ParseResult, IReadOnlyList<HelpSection>>> Sections = [];

    /// <summary>Adds an example to <paramref name="command"/> and returns the command.</summary>
    public static Command Add(Command command, string example)
    {
        Examples.AddOrUpdate(command, example);
        return command;
    }

    /// <summary>Adds an example and sections of options, which depend on the rest of the command line.</summary>
    public static Command Add(Command command, string example, Func<ParseResult, IReadOnlyList<HelpSection>> sections)
    {
        Sections.AddOrUpdate(command, sections);
        return Add(command, example);
    }

    /// <summary>The help line of an option.</summary>
    public static (string Left, string Right) Line(Option option)
    {
        var names = option.Aliases.Append(option.Name).Where(name => name.StartsWith('-')).OrderBy(name => name.Length);
        string value =
            option.HelpName is { } name ? $" {name}"
            : option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) ? ""
            : " VALUE";
        string usual =
            option.HasDefaultValue && option.ValueType != typeof(bool) ? $" ({option.GetDefaultValue()})" : "";
        return (string.Join(", ", names) + value, option.Description + usual);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        var sections = new List<HelpSection>();
        if (command.Arguments.Count > 0)
            sections.Add(new("Arguments", [.. command.Arguments.Select(a => (a.Name, a.Description ?? ""))]));
        if (Sections.TryGetValue(command, out var own))
        {
            var parts = own(parseResult);
            var shared = Options(command).Except(command.Options).Select(Line);
            sections.Add(parts[0] with { Lines = [.. parts[0].Lines, .. shared] });
            sections.AddRange(parts.Skip(1));
        }
        else
            sections.Add(new("Options", [.. Options(command).Select(Line)]));
        if (command.Subcommands.Count > 0)
            sections.Add(
                new(
                    "Commands",
                    [.. command.Subcommands.Select(c => (Call(c), c.Description ?? ""))],
                    $"The options of each: {Path(command)} COMMAND --help."
                )
            );
        var output = parseResult.InvocationConfiguration.Output;
        int width = Width();
        foreach (string line in Wrapped(command.Description ?? "", width))
            output.WriteLine(line);
        output.Write($"\nUsage:\n  {Usage(command)}\n");
        int left = Math.Min(
            WidestLeft,
            sections.SelectMany(section => section.Lines).Select(line => line.Left.Length).Max()
        );
        foreach (var section in sections)
            Write(output, section, left, width);
        string example = Examples.TryGetValue(command, out string? given)
            ? given
            : "elbo train --dataset mnist --latent-dim 2 --epochs 10";
        output.Write($"\nExample:\n  {example}\n");
        return 0;
    }

    /// <summary>The options of a command, and the global options of its parent commands.</summary>
    private static IEnumerable<Option> Options(Command command) =>
        command
            .Options.Concat(
                command
                    .Parents.OfType<Command>()
                    .SelectMany(parent => Options(parent).Where(option => option.Recursive))
            )
            .Where(option => !option.Hidden);

    private static void Write(TextWriter output, HelpSection section, int left, int width)
    {
        output.Write($"\n{section.Title}:\n");
        string indent = new(' ', 2 + left + 2);
        foreach (var (typed, effect) in section.Lines)
        {
            // A text wider than its column gets its own line.
            string[] lines = [.. Wrapped(effect, width - indent.Length)];
            bool fits = typed.Length <= left;
            output.WriteLine((fits ? $"  {typed.PadRight(left)}  {lines.FirstOrDefault()}" : $"  {typed}").TrimEnd());
            foreach (string line in fits ? lines.Skip(1) : lines)
                output.WriteLine(indent + line);
        }
        if (section.Note is { } note)
            foreach (string line in Wrapped(note, width - 2))
                output.WriteLine($"  {line}");
    }

    private static string Usage(Command command)
    {
        string deeper = command.Subcommands.Count > 0 ? " [COMMAND]" : "";
        return $"{Path(command)}{Arguments(command)}{deeper} [OPTIONS]";
    }

    private static string Arguments(Command command) =>
        string.Concat(
            command.Arguments.Select(a => a.Arity.MinimumNumberOfValues == 0 ? $" [{a.Name}]" : $" {a.Name}")
        );

    private static string Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Path(parent)} {command.Name}" : "elbo";

    private static string Call(Command command) => command.Name + Arguments(command);

    private static IEnumerable<string> Wrapped(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }
            line += line.Length > 0 ? " " + word : word;
        }
        if (line.Length > 0)
            yield return line;
    }

    private static int Width()
    {
        int columns =
            !Console.IsOutputRedirected ? Console.WindowWidth
            : int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out int asked) ? asked
            : UsualWidth;
        // A terminal of unknown width reports 0.
        return Math.Clamp(columns > 0 ? columns : UsualWidth, Narrowest, Widest) - 1;
    }
}
