using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows.Runs;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo help</c>, the same as <c>--help</c>.</summary>
internal static class HelpCommand
{
    /// <param name="root">The root command, whose pages are shown.</param>
    public static Command Create(RootCommand root)
    {
        var words = new Argument<string[]>("COMMAND")
        {
            Description = "a command; without it, help lists all commands",
            Arity = ArgumentArity.ZeroOrMore,
        };
        words.CompletionSources.Add(_ =>
            root.Subcommands.Select(c => new System.CommandLine.Completions.CompletionItem(c.Name))
        );
        var command = new Command("help", "Show the help of a command") { words };
        command.SetAction(parsed =>
        {
            string[] path = parsed.GetValue(words) ?? [];
            Command shown = root;
            foreach (string word in path)
                shown =
                    shown.Subcommands.FirstOrDefault(c => c.Name == word)
                    ?? throw NearestName.Unknown("command", word, [.. shown.Subcommands.Select(c => c.Name)]);
            root.Parse([.. path, "--help"]).Invoke();
            return Report.Success;
        });
        return HelpPage.Add(command, "elbo help train");
    }
}

/// <summary><c>elbo version</c>, the same as <c>--version</c>.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command("version", "Show the version");
        command.SetAction(_ =>
        {
            Console.WriteLine(Machine.Version);
            return Report.Success;
        });
        return HelpPage.Add(command, "elbo version");
    }
}
