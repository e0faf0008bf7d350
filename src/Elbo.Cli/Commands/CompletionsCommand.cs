using System.CommandLine;
using Elbo.Cli.Terminal;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo completions</c></summary>
internal static class CompletionsCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL")
        {
            Description = $"the shell: {string.Join(", ", CompletionScript.Shells)}",
        };
        shell.CompletionSources.Add([.. CompletionScript.Shells]);
        var command = new Command("completions", "Print a script that completes commands and options in a shell")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            Console.Write(CompletionScript.For(parsed.GetRequiredValue(shell), parsed.RootCommandResult.Command));
            return Report.Success;
        });
        return HelpPage.Add(command, "elbo completions bash > ~/.local/share/bash-completion/completions/elbo");
    }
}
