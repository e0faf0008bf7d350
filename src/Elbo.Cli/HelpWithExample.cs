using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Elbo.Cli;

/// <summary>The usual help, followed by the command's example.</summary>
internal sealed class HelpWithExample : SynchronousCommandLineAction
{
    private static readonly Dictionary<Command, string> Examples = [];

    private readonly HelpAction _help = new();

    /// <summary>Gives <paramref name="command"/> an example and returns it.</summary>
    public static Command Add(Command command, string example)
    {
        Examples[command] = example;
        return command;
    }

    public override int Invoke(ParseResult parseResult)
    {
        int result = _help.Invoke(parseResult);
        string example = Examples.GetValueOrDefault(
            parseResult.CommandResult.Command,
            "elbo train --dataset mnist --latent-dim 2 --epochs 10"
        );
        parseResult.InvocationConfiguration.Output.WriteLine($"Example:\n  {example}");
        return result;
    }
}
