using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Elbo.Projection;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary>Arguments and options that several commands share, made anew for each.</summary>
internal static class RunArguments
{
    public static Argument<string> Run() => new("RUN") { Description = "folder of a run, as 'elbo train' printed it" };

    public static Option<string?> DataDir() =>
        new("--data-dir")
        {
            Description = "folder of the dataset's files; otherwise $ELBO_DATA, then the cache folder, then a download",
            HelpName = "DIR",
        };

    public static Option<string> Split() =>
        new("--split")
        {
            Description = "which images: train, test, all of them, or, where the dataset itself has such, validation",
            DefaultValueFactory = _ => "test",
            HelpName = "NAME",
            CompletionSources = { _ => [new("train"), new("test"), new("all"), new("validation")] },
        };

    public static Option<int> Threads() =>
        Number("--threads", "threads to compute with; 0 takes one per processor. Results do not depend on it", 0);

    public static Option<RunWeights?> Weights() =>
        Choice(
            "--weights",
            "which of the run's weights, those of its model file, of its best epoch, or of its newest checkpoint",
            RunWeights.Final
        );

    /// <summary>The run that these options name, with its data and weights.</summary>
    public static LoadedRun Open(
        ParseResult parsed,
        Argument<string> run,
        Option<string?> dataDir,
        Option<int> threads,
        Option<RunWeights?> weights
    ) =>
        LoadedRun.Open(
            parsed.GetRequiredValue(run),
            parsed.GetValue(dataDir),
            parsed.GetValue(threads),
            parsed.GetValue(weights) ?? RunWeights.Final
        );

    public static Option<string?> Output(string what) =>
        new("--output", "-o") { Description = what, HelpName = "FILE" };

    public static Option<bool> Overwrite() => new("--overwrite") { Description = "replace what is there" };

    public static Option<ulong> Seed() => Number("--seed", "decides every random choice", 0UL);

    public static Option<bool> Json() => new("--json") { Description = "print one JSON object on standard output" };

    public static Option<ProjectionMethod?> Projection(string what) =>
        OptionalChoice<ProjectionMethod>("--projection", what);

    public static Option<double> Perplexity() =>
        Number(
            "--perplexity",
            "for t-SNE: about how many neighbours each point keeps close",
            new TSneOptions().Perplexity
        );

    /// <summary>One of several names; help shows the default as it is typed.</summary>
    public static Option<T?> Choice<T>(string name, string description, T value)
        where T : struct, Enum
    {
        var option = OptionalChoice<T>(name, description);
        option.Description += $" ({OptionName.Name(value)})";
        return option;
    }

    /// <summary>One of several names, or none.</summary>
    public static Option<T?> OptionalChoice<T>(string name, string description)
        where T : struct, Enum
    {
        var option = new Option<T?>(name)
        {
            Description = $"{description}: {string.Join(", ", OptionName.Names<T>())}",
            CustomParser = Parse<T>,
            HelpName = "NAME",
        };
        // Otherwise the names of C# would be offered.
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. OptionName.Names<T>()]);
        return option;
    }

    /// <summary>A number with a default, in the invariant culture.</summary>
    public static Option<T> Number<T>(string name, string description, T value, params string[] aliases)
        where T : struct, INumber<T>, IMinMaxValue<T> =>
        new(name, aliases)
        {
            Description = description,
            DefaultValueFactory = _ => value,
            CustomParser = ParseNumber<T>,
            HelpName = "N",
        };

    /// <summary>A number that may be left out.</summary>
    public static Option<T?> OptionalNumber<T>(string name, string description, params string[] aliases)
        where T : struct, INumber<T>, IMinMaxValue<T> =>
        new(name, aliases)
        {
            Description = description,
            CustomParser = result => ParseNumber<T>(result),
            HelpName = "N",
        };

    private static T ParseNumber<T>(ArgumentResult result)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        string text = result.Tokens[0].Value;
        bool whole = T.IsZero(T.One / (T.One + T.One));
        if (
            T.TryParse(
                text,
                whole ? NumberStyles.AllowLeadingSign : NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out T number
            ) && T.IsFinite(number)
        )
            return number;
        string need =
            !whole ? "a number"
            : T.IsZero(T.MinValue) ? $"a whole number from 0 to {T.MaxValue}"
            : $"a whole number of at most {T.MaxValue}";
        result.AddError($"{(result.Parent as OptionResult)?.Option.Name} is '{text}'; it must be {need}");
        return default;
    }

    private static T? Parse<T>(ArgumentResult result)
        where T : struct, Enum
    {
        try
        {
            return OptionName.Parse<T>(result.Tokens[0].Value, static message => new ArgumentException(message));
        }
        catch (ArgumentException e)
        {
            result.AddError($"{(result.Parent as OptionResult)?.Option.Name}: {e.Message}");
            return null;
        }
    }
}
