using System.Text.RegularExpressions;
using Elbo.Models;
using Elbo.Training.Runs;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Exporting;
using Elbo.Workflows.Plots;
using Elbo.Workflows.Selecting;

namespace Elbo.Tests.Options;

/// <summary>docs/commands.md names the options that are declared, with their defaults, and no others.</summary>
public partial class CommandsPageTests
{
    private static readonly Dictionary<string, IReadOnlyList<OptionDescriptor>> Declared = new()
    {
        ["elbo train"] = [.. RunConfig.List, .. ModelCatalog.Options],
        ["elbo reconstruct RUN"] = GridOptions.List,
        ["elbo generate RUN"] = [.. GenerateOptions.List, .. GridOptions.List],
        ["elbo plot RUN"] = PlotOptions.List,
        ["elbo cluster RUN"] = ClusterOptions.List,
        ["elbo evaluate RUN"] = EvaluateOptions.List,
        ["elbo score RUN"] = ScoreOptions.List,
        ["elbo label-clusters RUN"] = LabelClustersOptions.List,
        ["elbo interpolate RUN"] = InterpolateOptions.List,
        ["elbo traverse RUN"] = TraverseOptions.List,
        ["elbo neighbours RUN"] = NeighboursOptions.List,
        ["elbo duplicates RUN"] = DuplicatesOptions.List,
        ["elbo export RUN"] = ExportOptions.List,
        ["elbo import FILE"] = [.. ImportOptions.List, .. RunConfig.List.Take(2)],
        ["elbo select RUN"] = [.. SelectOptions.List, .. ComparisonOptions.List],
    };

    /// <summary>Options of commands that no list of the library has.</summary>
    private static readonly string[] OfCommands =
    [
        "recipe",
        "config",
        "num-seeds",
        "print-every",
        "output",
        "overwrite",
        "json",
        "weights",
        "class",
        "data-dir",
        "split",
        "images",
        "threads",
        "device",
        "tf32",
        "count",
        "compare",
        "sampled",
        "rows",
        "columns",
        "separate",
    ];

    public static TheoryData<string> Commands => [.. Declared.Keys];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_declared_option_is_on_the_page(string command)
    {
        string section = Section(command);
        foreach (var option in Declared[command].Where(o => !OfCommands.Contains(o.Name)))
            Assert.True(
                Regex.IsMatch(section, $@"--{option.Name}(?![\w-])"),
                $"docs/commands.md does not name --{option.Name} in the section of {command}"
            );
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_option_in_a_table_of_the_page_is_declared(string command)
    {
        string[] known = [.. Declared[command].Select(o => o.Name), .. OfCommands];
        foreach (var (names, _) in Rows(command))
            Assert.All(names, name => Assert.Contains(name, known));
    }

    [Fact]
    public void The_table_of_train_has_each_option_once_with_its_letter_and_its_default()
    {
        var rows = Rows("elbo train").ToArray();
        foreach (var option in Declared["elbo train"].Where(o => o.Default.Length > 0 && !OfCommands.Contains(o.Name)))
        {
            var (names, cells) = Assert.Single(rows, row => row.Names.Contains(option.Name) && row.Cells[1].Length > 0);
            string[] defaults = names.Length == 1 ? [cells[1]] : cells[1].Split(", ");
            string shown = defaults[Array.IndexOf(names, option.Name)].Replace("`", "");
            Assert.True(
                shown.StartsWith(option.Default, StringComparison.Ordinal)
                    || option.Default.StartsWith(shown, StringComparison.Ordinal),
                $"docs/commands.md says '{shown}' of --{option.Name}; the default is '{option.Default}'"
            );
            if (option.Letter is { } letter)
                Assert.Contains($"`-{letter}`, ", cells[0]);
            if (names.Length == 1)
                Assert.Contains($"--{option.Name} {option.ValueName}`", cells[0]);
        }
    }

    /// <summary>Rows of tables that begin with options: their names, and the cells.</summary>
    private static IEnumerable<(string[] Names, string[] Cells)> Rows(string command) =>
        Section(command)
            .Split('\n')
            .Where(line => line.StartsWith("| `-", StringComparison.Ordinal))
            .Select(line =>
                Cell().Split(line).Select(cell => cell.Trim().Replace(@"\|", "|")).Skip(1).SkipLast(1).ToArray()
            )
            .Select(cells => (OptionName().Matches(cells[0]).Select(m => m.Groups[1].Value).ToArray(), cells));

    private static string Section(string command)
    {
        string page = File.ReadAllText(Repository.File("docs/commands.md"));
        string[] sections = page.Split("\n## ");
        return sections.Single(section => section.StartsWith($"`{command}`", StringComparison.Ordinal));
    }

    /// <summary>A bar that is not escaped.</summary>
    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Cell();

    [GeneratedRegex(@"--([a-z0-9-]+)")]
    private static partial Regex OptionName();
}
