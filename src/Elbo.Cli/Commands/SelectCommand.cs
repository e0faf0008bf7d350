using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Elbo.Cli.Terminal;
using Elbo.Selection;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo select</c></summary>
internal static class SelectCommand
{
    public static Command Create()
    {
        var usual = new SelectOptions();
        var (run, dataDir, weights, split, threads, overwrite, seed) = (
            RunArguments.Run(),
            RunArguments.DataDir(),
            RunArguments.Weights(),
            RunArguments.Split(),
            RunArguments.Threads(),
            RunArguments.Overwrite(),
            RunArguments.Seed()
        );
        var strategy = new Option<string>("--strategy")
        {
            Description = $"how to choose: {string.Join(", ", SelectionCatalog.All.Select(entry => entry.Name))}",
            DefaultValueFactory = _ => usual.Strategy,
            HelpName = "NAME",
            CompletionSources = { _ => SelectionCatalog.All.Select(entry => new CompletionItem(entry.Name)) },
        };
        var budget = RunArguments.OptionalNumber<int>(
            "--budget",
            $"how many images to choose ({SelectOptions.UsualBudget})",
            "-n"
        );
        var fraction = RunArguments.OptionalNumber<double>("--fraction", "the share of the images to choose instead");
        var all = new Option<bool>("--all-images") { Description = "write every image of the split as a PNG too" };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "folder to write; otherwise one among the run's selections",
            HelpName = "DIR",
        };
        var compare = new Option<bool>("--compare")
        {
            Description =
                "instead, compare strategies: label what each chooses of training images and classify the test images",
        };
        var comparison = new CompareArguments();
        var own = StrategyOptions();
        var command = new Command("select", "Choose the images that are worth labelling")
        {
            run,
            strategy,
            budget,
            fraction,
            split,
            seed,
            all,
            output,
            overwrite,
        };
        foreach (var option in own)
            command.Options.Add(option);
        command.Options.Add(compare);
        comparison.AddTo(command);
        command.Options.Add(weights);
        command.Options.Add(dataDir);
        command.Options.Add(threads);
        command.SetAction(
            (parsed, cancellation) =>
            {
                if (parsed.GetValue(compare))
                {
                    Option[] foreign = [strategy, budget, fraction, split, all, .. own];
                    if (foreign.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
                        throw new ArgumentException(
                            $"{given.Name} came with --compare, which chooses of training images with "
                                + $"{CompareArguments.Names}."
                        );
                    var wanted = comparison.Read(parsed) with
                    {
                        Seed = parsed.GetValue(seed),
                        Threads = parsed.GetValue(threads),
                        Output = parsed.GetValue(output),
                        Overwrite = parsed.GetValue(overwrite),
                    };
                    wanted.Validate();
                    return Task.FromResult(Print(loaded => Compare(loaded, wanted, cancellation)));
                }
                comparison.RequireNone(parsed);
                var options = new SelectOptions
                {
                    Split = parsed.GetRequiredValue(split),
                    Strategy = parsed.GetRequiredValue(strategy),
                    StrategyOptions = own.Where(option => parsed.GetValue(option) is not null)
                        .ToDictionary(option => option.Name[2..], option => parsed.GetValue(option)!.Value),
                    Budget = parsed.GetValue(budget),
                    Fraction = parsed.GetValue(fraction),
                    Seed = parsed.GetValue(seed),
                    Threads = parsed.GetValue(threads),
                    Output = parsed.GetValue(output),
                    Overwrite = parsed.GetValue(overwrite),
                    AllImages = parsed.GetValue(all),
                };
                options.Validate();
                return Task.FromResult(Print(loaded => Choose(loaded, options, cancellation)));

                int Print(Func<LoadedRun, string> work)
                {
                    using var loaded = RunArguments.Open(parsed, run, dataDir, threads, weights);
                    Console.WriteLine(work(loaded));
                    return Report.Success;
                }
            }
        );
        return HelpWithExample.Add(command, "elbo select runs/vae-mnist-z10 --budget 50 --split train");
    }

    /// <summary>Chooses and says what is to be said; returns the folder.</summary>
    internal static string Choose(LoadedRun run, SelectOptions options, CancellationToken cancellation)
    {
        SelectionSummary summary;
        using (var display = new SelectionDisplay(Console.Error))
            summary = SelectWorkflow.Run(run, options, display, cancellation);
        Console.Error.WriteLine(
            $"{summary.Result.Images.Count:N0} of {summary.PoolCount:N0} {options.Split} images by "
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
        using (var display = new SelectionDisplay(Console.Error))
            (path, results) = CompareWorkflow.Run(run, options, display, cancellation);
        foreach (string line in Lines(results))
            Console.Error.WriteLine(line);
        return path;
    }

    /// <summary>
    /// Mean accuracies in percent with half the confidence interval, a strategy a line and a budget a column.
    /// </summary>
    private static IEnumerable<string> Lines(IReadOnlyList<StrategyAccuracy> results)
    {
        int widest = results.Max(result => result.Strategy.Length);
        foreach (var classifier in results.GroupBy(result => result.Classifier))
        {
            yield return $"{classifier.Key}: test accuracy in %, ± half a 95 % confidence interval of "
                + $"{classifier.First().Accuracies.Count} repeats";
            yield return $"{"labelled".PadRight(widest)}{string.Concat(classifier.Select(result => result.Budget).Distinct().Select(b => b.ToString(CultureInfo.InvariantCulture).PadLeft(12)))}";
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

    /// <summary>One option for each name in the catalog; strategies that share one say what they mean by it.</summary>
    private static Option<double?>[] StrategyOptions() =>
        [
            .. SelectionCatalog
                .All.SelectMany(entry => entry.Options.Select(option => (entry.Name, Option: option)))
                .GroupBy(pair => pair.Option.Name)
                .Select(group =>
                    RunArguments.OptionalNumber<double>(
                        $"--{group.Key}",
                        string.Join(
                            "; ",
                            group.Select(pair => $"{pair.Name}: {pair.Option.Description} ({pair.Option.Default})")
                        )
                    )
                ),
        ];
}
