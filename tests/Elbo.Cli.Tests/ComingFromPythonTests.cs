using System.Text.RegularExpressions;
using Elbo.Workflows.Runs;

namespace Elbo.Cli.Tests;

/// <summary>docs/coming-from-python.md names commands, options, recipes and samples that exist.</summary>
public partial class ComingFromPythonTests
{
    private static readonly string Root = FindRoot();

    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "coming-from-python.md"));

    public static TheoryData<string> Commands =>
        [.. Spans().Concat(Blocks()).Where(span => span.StartsWith("elbo ", StringComparison.Ordinal)).Distinct()];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_of_the_page_has_its_options(string line)
    {
        string command = Words(line)[1];
        string help = Help(command);
        Assert.All(Options(line), option => Assert.Contains(Boundary(option), help, StringComparison.Ordinal));
    }

    [Fact]
    public void An_option_without_a_command_is_one_of_train_or_of_a_command_in_its_row()
    {
        string train = Help("train");
        foreach (string row in Page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)))
        {
            string cell = row.Replace(@"\|", "/", StringComparison.Ordinal).Split('|')[2];
            string[] spans = [.. Span().Matches(cell).Select(m => m.Groups[1].Value)];
            string[] commands =
            [
                .. spans.Where(s => s.StartsWith("elbo ", StringComparison.Ordinal)).Select(s => Words(s)[1]),
            ];
            foreach (string option in spans.Where(s => s[0] == '-').SelectMany(Options))
                Assert.True(
                    train.Contains(Boundary(option), StringComparison.Ordinal)
                        || commands.Any(c => Help(c).Contains(Boundary(option), StringComparison.Ordinal)),
                    $"there is no option {option}: {row}"
                );
        }
    }

    [Fact]
    public void Recipes_and_samples_exist()
    {
        string[] recipes = [.. RecipeCatalog.All.Select(recipe => recipe.Name)];
        Assert.All(
            Recipe().Matches(Page).Select(m => m.Groups[1].Value).Where(name => name != "NAME"),
            name => Assert.Contains(name, recipes)
        );
        var samples = Sample().Matches(Page).Select(m => m.Value).Distinct().ToArray();
        Assert.NotEmpty(samples);
        Assert.All(samples, sample => Assert.True(File.Exists(Path.Combine(Root, sample)), sample));
    }

    private static readonly Dictionary<string, string> HelpOf = [];

    /// <summary>The help of a command; for <c>train</c>, with the options of all models.</summary>
    private static string Help(string command)
    {
        lock (HelpOf)
        {
            if (HelpOf.TryGetValue(command, out string? known))
                return known;
            string[] models = command == "train" ? ["vae", "cnn-vae", "gmvae", "cnn-gmvae"] : [""];
            return HelpOf[command] = string.Concat(
                models.Select(model =>
                    CalledCommand
                        .Run(
                            Path.GetTempPath(),
                            model == "" ? [command, "--help"] : [command, "--help", "--model", model]
                        )
                        .Succeeded()
                        .Output
                )
            );
        }
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Options(string line) =>
        Words(line.Split('#')[0]).Where(word => Option().IsMatch(word));

    /// <summary>An option as help shows it: followed by a space, a comma or the end of the line.</summary>
    private static string Boundary(string option) => option.Length == 2 ? $"{option}, " : $"{option} ";

    /// <summary>Code within lines. Fences have backticks, too.</summary>
    private static IEnumerable<string> Spans() =>
        Page.Split('\n')
            .Where(line => !line.StartsWith("```", StringComparison.Ordinal))
            .SelectMany(line => Span().Matches(line))
            .Select(m => m.Groups[1].Value);

    private static IEnumerable<string> Blocks() =>
        Page.Split('\n').Where(line => line.StartsWith("elbo ", StringComparison.Ordinal));

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Elbo.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Span();

    [GeneratedRegex("^--?[a-z][a-z-]*$")]
    private static partial Regex Option();

    [GeneratedRegex(@"--recipe ([a-zA-Z0-9-]+)")]
    private static partial Regex Recipe();

    [GeneratedRegex(@"samples/[a-z-]+\.cs")]
    private static partial Regex Sample();
}
