using System.CommandLine;
using System.Globalization;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary>The options of <c>elbo select --compare</c>.</summary>
internal sealed class CompareArguments
{
    public const string Names = "--strategies, --budgets, --repeats and --pool";

    private static readonly ComparisonOptions Usual = new();

    private readonly Option<string?> _strategies = new("--strategies")
    {
        Description = "with --compare: which, as in k-medoids,random; otherwise all",
        HelpName = "A,B,…",
    };
    private readonly Option<string?> _budgets = new("--budgets")
    {
        Description = $"with --compare: how many images are labelled ({string.Join(',', Usual.Budgets)})",
        HelpName = "N,N,…",
    };
    private readonly Option<int?> _repeats = RunArguments.OptionalNumber<int>(
        "--repeats",
        $"with --compare: how often, each time with another pool and other chance ({Usual.Repeats})"
    );
    private readonly Option<int?> _pool = RunArguments.OptionalNumber<int>(
        "--pool",
        $"with --compare: how many training images there are to choose from ({Usual.Pool})"
    );

    private Option[] All => [_strategies, _budgets, _repeats, _pool];

    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Options.Add(option);
    }

    /// <summary>Complains of one that came without --compare.</summary>
    public void RequireNone(ParseResult parsed)
    {
        if (All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
            throw new ArgumentException($"{given.Name} came without --compare; it is for comparisons.");
    }

    public ComparisonOptions Read(ParseResult parsed) =>
        Usual with
        {
            Strategies = parsed.GetValue(_strategies)?.Split(',', StringSplitOptions.TrimEntries),
            Budgets = parsed.GetValue(_budgets) is { } budgets ? [.. budgets.Split(',').Select(Whole)] : Usual.Budgets,
            Repeats = parsed.GetValue(_repeats) ?? Usual.Repeats,
            Pool = parsed.GetValue(_pool) ?? Usual.Pool,
        };

    private static int Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new ArgumentException(
                $"--budgets: '{text}' is not a number of images; give whole numbers, as in 10,50,100."
            );
}
