using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Elbo.Cli.Terminal;
using Elbo.Selection;
using Elbo.Workflows;
using Elbo.Workflows.Selecting;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo select</c></summary>
internal static class SelectCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        run.Arity = ArgumentArity.ZeroOrOne;
        var choice = new DeclaredOptions([.. SelectOptions.List, .. OpenOptions.List]);
        var own = new DeclaredOptions(SelectionCatalog.Options);
        // Options that a selection and a comparison share, such as the seed, are added once.
        var comparison = new DeclaredOptions(ComparisonOptions.List.ExceptBy(SelectOptions.List.Select(Name), Name));
        var compare = new Option<bool>("--compare")
        {
            Description =
                "compare strategies instead: label the training images that each strategy chooses, and classify the "
                + "test images",
        };
        var command = new Command("select", "Choose the images that are worth labelling") { run };
        choice.AddTo(command);
        own.AddTo(command);
        command.Options.Add(compare);
        comparison.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = choice.Read(parsed);
                if (parsed.GetValue(compare))
                {
                    RequireNone(
                        own.Read(parsed).Concat(given.ExceptBy(ComparisonAndOpening, pair => pair.Key)),
                        $"was given with --compare, which chooses among training images with {ComparisonNames}."
                    );
                    var values = comparison.Read(parsed);
                    foreach (var (name, value) in given)
                        values[name] = value?.DeepClone();
                    var wanted = ComparisonOptions.List.Read(new ComparisonOptions(), values);
                    wanted.Validate();
                    if (parsed.GetValue(run) is null)
                        throw new ArgumentException("--compare needs a RUN; labels of its images rate the strategies.");
                    using var compared = RunArguments.Open(parsed, run, given, cancellation);
                    return Print(Compare(compared, wanted, cancellation));
                }
                RequireNone(comparison.Read(parsed), "was given without --compare; it is for comparisons.");
                var options = SelectOptions.List.Read(new SelectOptions(), given);
                options = options with
                {
                    StrategyOptions = SelectSettings.ReadStrategy(options.Strategy, own.Read(parsed)),
                };
                options.Validate();
                RequireOneSource(parsed.GetValue(run), options.Codes, given);
                if (options.Codes is not null)
                    return Print(Choose(null, options, cancellation));
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                return Print(Choose(loaded, options, cancellation));

                static Task<int> Print(string folder)
                {
                    Console.WriteLine(folder);
                    return Task.FromResult(Report.Success);
                }
            }
        );
        return HelpPage.Add(
            command,
            "elbo select runs/vae-mnist-z10 --budget 50 --split train",
            _ =>
                [
                    new(
                        "Options",
                        [
                            .. command
                                .Options.Where(option => !option.Hidden)
                                .Except([.. own.Options, .. comparison.Options, compare])
                                .Select(HelpPage.Line),
                        ]
                    ),
                    new("Options of strategies", [.. own.Options.Select(HelpPage.Line)]),
                    new("Comparison", [HelpPage.Line(compare), .. comparison.Options.Select(HelpPage.Line)]),
                ]
        );
    }

    private const string ComparisonNames = "--strategies, --budgets, --repeats and --pool";

    /// <summary>Other options that a comparison supports too.</summary>
    private static IEnumerable<string> ComparisonAndOpening =>
        ComparisonOptions.List.Select(Name).Concat(OpenOptions.List.Select(Name));

    private static string Name(OptionDescriptor option) => option.Name;

    private static void RequireNone(IEnumerable<KeyValuePair<string, JsonNode?>> given, string complaint)
    {
        if (given.Select(pair => pair.Key).FirstOrDefault() is { } name)
            throw new ArgumentException($"--{name} {complaint}");
    }

    /// <summary>Checks that either a run or codes are given, and no option of a run with codes.</summary>
    private static void RequireOneSource(string? run, string? codes, JsonObject given)
    {
        if (codes is null && run is null)
            throw new ArgumentException("give a RUN, or --codes FILE with codes that come from elsewhere.");
        if (codes is null)
            return;
        if (run is not null)
            throw new ArgumentException(
                $"RUN ({run}) and --codes ({codes}) were both given; codes that come from elsewhere need no run. Give one."
            );
        RequireNone(
            given.Where(pair =>
                OpenOptions.List.Select(Name).Except(SelectOptions.List.Select(Name)).Contains(pair.Key)
            ),
            "was given with --codes; it is for runs."
        );
    }

    /// <summary>Runs a selection, prints its remarks and returns the folder.</summary>
    /// <param name="run">The run; null for codes that come from elsewhere.</param>
    /// <param name="options">Options of the selection.</param>
    /// <param name="cancellation">Cancels the selection.</param>
    internal static string Choose(LoadedRun? run, SelectOptions options, CancellationToken cancellation)
    {
        SelectionSummary summary;
        using (var display = new StageDisplay(Console.Error))
            summary = run is null
                ? SelectWorkflow.Run(options, display, cancellation)
                : SelectWorkflow.Run(run, options, display, cancellation);
        Console.Error.WriteLine(
            $"{summary.Result.Images.Count:N0} of {summary.PoolCount:N0} {summary.Subject} by "
                + $"{SelectionCatalog.Get(options.Strategy).Name}"
        );
        foreach (string note in summary.Notes)
            Console.Error.WriteLine(note);
        return summary.Path;
    }

    private static string Compare(LoadedRun run, ComparisonOptions options, CancellationToken cancellation)
    {
        string path;
        IReadOnlyList<StrategyAccuracy> results;
        using (var display = new StageDisplay(Console.Error))
            (path, results) = CompareWorkflow.Run(run, options, display, cancellation);
        foreach (string line in Lines(results))
            Console.Error.WriteLine(line);
        return path;
    }

    /// <summary>
    /// Mean accuracies in percent with half the confidence interval, one line per strategy and one column per budget.
    /// </summary>
    private static IEnumerable<string> Lines(IReadOnlyList<StrategyAccuracy> results)
    {
        int widest = results.Max(result => result.Strategy.Length);
        foreach (var classifier in results.GroupBy(result => result.Classifier))
        {
            yield return $"{classifier.Key}: test accuracy in %, ± half a 95 % confidence interval of "
                + $"{classifier.First().Accuracies.Count} repeats";
            var budgets = classifier.Select(result => result.Budget).Distinct();
            yield return "labelled".PadRight(widest)
                + string.Concat(budgets.Select(b => b.ToString(CultureInfo.InvariantCulture).PadLeft(12)));
            foreach (var strategy in classifier.GroupBy(result => result.Strategy))
                yield return strategy.Key.PadRight(widest)
                    + string.Concat(
                        strategy.Select(result =>
                            FormattableString
                                .Invariant($"{100 * result.Mean:F1} ± {100 * result.HalfWidth:F1}")
                                .PadLeft(12)
                        )
                    );
        }
    }
}
