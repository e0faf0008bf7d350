using System.Text.RegularExpressions;

namespace Elbo.Cli.Tests;

public partial class HelpTests
{
    public static TheoryData<string> Commands =>
        [
            "",
            "train",
            "resume",
            "reconstruct",
            "denoise",
            "generate",
            "embed",
            "plot",
            "select",
            "cluster",
            "label-clusters",
            "duplicates",
            "interpolate",
            "traverse",
            "neighbours",
            "report",
            "compare",
            "evaluate",
            "score",
            "describe",
            "export",
            "import",
            "models",
            "datasets",
            "datasets fetch",
            "devices",
            "recipes",
            "strategies",
            "bench",
            "completions",
            "version",
            "help",
        ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_explains_every_option_and_ends_with_an_example(string command)
    {
        var result = Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("Example:", result.OutputLines[^2]);
        Assert.StartsWith($"  elbo {command}".TrimEnd(), result.OutputLines[^1]);
        Assert.Contains("--help", result.Output);
        string[] options = [.. Entries(result).Where(line => OptionLine().IsMatch(line))];
        Assert.NotEmpty(options);
        Assert.All(options, line => Assert.Matches(Explained(), line));
    }

    [Fact]
    public void Every_option_of_train_that_has_a_value_shows_its_default()
    {
        string[] without =
        [
            "--recipe",
            "--config",
            "--data-dir",
            "--images",
            "--strict",
            "--tf32",
            "--encoder-hidden",
            "--decoder-hidden",
            "--decoder-activation",
            "--sample-reconstruction",
            "--lr-milestones",
            "--only-classes",
            "--without-classes",
            "--overwrite",
            "--json",
            "--help",
        ];
        foreach (string model in (string[])["vae", "cnn-vae", "gmvae", "cnn-gmvae"])
        foreach (
            string line in Entries(Run(["train", "--help", "--model", model]))
                .Where(line => OptionLine().IsMatch(line) && !without.Any(line.Contains))
        )
            Assert.Matches(@"\([^)]+\)$", line);
    }

    [Fact]
    public void Help_of_train_is_in_groups_and_leaves_the_options_of_one_model_to_that_model()
    {
        string[] shared = Titled(Run(["train", "--help"]));
        Assert.Equal(["Usage", "Options", "Data", "Model", "Training", "Pictures", "Output", "Example"], shared);
        string all = Run(["train", "--help"]).Output;
        Assert.Contains("  -z, --latent-dim N", all);
        Assert.Contains("10 for", all);
        Assert.DoesNotContain("--clusters", all);
        Assert.Contains("elbo train --help --model NAME", all);
        string one = Run(["train", "--model", "gmvae", "--help"]).Output;
        Assert.Contains("  -k, --clusters N", one);
        Assert.DoesNotContain("--channels", one);
        Assert.Equal(shared, Titled(Run(["train", "--model", "gmvae", "--help"])));
    }

    [Fact]
    public void Help_of_a_model_that_does_not_exist_says_which_do()
    {
        var result = Run(["train", "--help", "--model", "vea"]);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("elbo: there is no model 'vea'; there are vae, ", result.Error);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_fits_the_columns_there_are(string command)
    {
        foreach (int columns in (int[])[80, 120])
        {
            var result = CalledCommand.Run(
                Path.GetTempPath(),
                columns,
                [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]
            );
            // The example is to be copied, so it stays on one line.
            Assert.All(result.OutputLines.SkipLast(1), line => Assert.InRange(line.Length, 0, columns - 1));
        }
    }

    [Fact]
    public void Without_arguments_help_is_shown()
    {
        var result = Run([]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Usage:", result.Output);
    }

    [Fact]
    public void The_version_is_printed() =>
        Assert.Matches(
            @"^\d+\.\d+\.\d+(-[\w.]+)?(\+\w+)?\n$",
            RunningCommand.Run(Path.GetTempPath(), "--version").Succeeded().Output
        );

    /// <summary>The lines of help, with what was continued on further lines on one.</summary>
    private static IEnumerable<string> Entries(CommandResult result)
    {
        string entry = "";
        foreach (string line in result.OutputLines)
        {
            if (line.StartsWith("     ", StringComparison.Ordinal))
            {
                entry += $"  {line.Trim()}";
                continue;
            }
            yield return entry;
            entry = line;
        }
        yield return entry;
    }

    private static string[] Titled(CommandResult result) =>
        [
            .. result
                .OutputLines.Select(line => Title().Match(line))
                .Where(m => m.Success)
                .Select(m => m.Groups[1].Value),
        ];

    private static CommandResult Run(string[] arguments) => CalledCommand.Run(Path.GetTempPath(), arguments);

    [GeneratedRegex("^  -")]
    private static partial Regex OptionLine();

    [GeneratedRegex(@"^  -\S.*?  +\S")]
    private static partial Regex Explained();

    [GeneratedRegex(@"^(\w+):$")]
    private static partial Regex Title();
}
