using System.CommandLine;
using System.CommandLine.Parsing;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary>Arguments and options that several commands share, made anew for each.</summary>
internal static class RunArguments
{
    public static Argument<string> Run() => new("RUN") { Description = "folder of a run, as 'elbo train' printed it" };

    public static Option<string?> DataDir() => new("--data-dir") { Description = "folder of the dataset's files; otherwise $ELBO_DATA, then the cache folder, then a download", HelpName = "DIR" };

    public static Option<string> Split() => new("--split") { Description = "which images: train or test", DefaultValueFactory = _ => "test", HelpName = "NAME" };

    public static Option<int> Threads() => new("--threads") { Description = "threads to compute with; 0 takes one per processor. Results do not depend on it", DefaultValueFactory = _ => 0, HelpName = "N" };

    public static Option<string?> Output(string what) => new("--output", "-o") { Description = what, HelpName = "FILE" };

    public static Option<bool> Overwrite() => new("--overwrite") { Description = "replace what is there" };

    public static Option<ulong> Seed() => new("--seed") { Description = "decides every random choice", DefaultValueFactory = _ => 0, HelpName = "N" };

    public static Option<bool> Json() => new("--json") { Description = "print one JSON object on standard output" };

    public static Option<T> Choice<T>(string name, string description, T value) where T : struct, Enum => new(name)
    {
        Description = $"{description}: {string.Join(", ", OptionName.Names<T>())}",
        DefaultValueFactory = _ => value,
        CustomParser = result => Parse<T>(result, value),
        HelpName = "NAME",
    };

    public static Option<T?> OptionalChoice<T>(string name, string description) where T : struct, Enum => new(name)
    {
        Description = $"{description}: {string.Join(", ", OptionName.Names<T>())}",
        CustomParser = result => Parse<T>(result, default),
        HelpName = "NAME",
    };

    private static T Parse<T>(ArgumentResult result, T otherwise) where T : struct, Enum
    {
        try
        {
            return OptionName.Parse<T>(result.Tokens[0].Value, static message => new ArgumentException(message));
        }
        catch (ArgumentException e)
        {
            result.AddError($"{(result.Parent as OptionResult)?.Option.Name}: {e.Message}");
            return otherwise;
        }
    }
}
