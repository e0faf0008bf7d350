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
            "report",
            "models",
            "datasets",
            "datasets fetch",
            "recipes",
            "strategies",
            "bench",
            "completions",
        ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_explains_every_option_and_ends_with_an_example(string command)
    {
        var result = Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("Example:", result.OutputLines[^2]);
        Assert.StartsWith($"  elbo {command}".TrimEnd(), result.OutputLines[^1]);
        string[] options = [.. result.OutputLines.Where(line => OptionLine().IsMatch(line))];
        Assert.NotEmpty(options);
        Assert.All(options, line => Assert.Matches(Explained(), line));
        // Defaults are written as they are typed.
        Assert.All(
            options.Where(line => line.Contains("[default", StringComparison.Ordinal)),
            line => Assert.DoesNotMatch(Capital(), line)
        );
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
            "--encoder-hidden",
            "--decoder-hidden",
            "--decoder-activation",
            "--schedule-milestones",
            "--overwrite",
            "--json",
            "--help",
        ];
        foreach (
            string line in Run(["train", "--help"])
                .OutputLines.Where(line => OptionLine().IsMatch(line) && !without.Any(line.Contains))
        )
            Assert.Matches(@"\([^)]+\)|\[default: [^\]]+\]", line);
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
        Assert.Matches(@"^\d+\.\d+\.\d+(-[\w.]+)?(\+\w+)?\n$", Run(["--version"]).Succeeded().Output);

    private static CommandResult Run(string[] arguments) => RunningCommand.Run(Path.GetTempPath(), arguments);

    [GeneratedRegex("^  -")]
    private static partial Regex OptionLine();

    [GeneratedRegex(@"^  -\S.*?  +\S")]
    private static partial Regex Explained();

    [GeneratedRegex(@"\[default: [A-Z]")]
    private static partial Regex Capital();
}
