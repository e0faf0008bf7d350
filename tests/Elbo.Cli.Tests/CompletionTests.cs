using System.Diagnostics;
using Elbo.Models;
using Elbo.Selection;

namespace Elbo.Cli.Tests;

/// <summary>What shells offer with the scripts of <c>elbo completions</c>.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Lines =>
        new()
        {
            { "elbo tr", "train traverse" },
            { "elbo train --latent-d", "--latent-dim" },
            { "elbo train --model ", Joined(ModelCatalog.All.Select(model => model.Name)) },
            { "elbo select run --strategy k-m", "k-means-centres k-medoids" },
            { "elbo select run --split v", "validation" },
            { "elbo generate run --mode u", "uniform" },
            { "elbo datasets fetch cif", "cifar10 cifar100" },
            { "elbo completions ", "bash fish pwsh zsh" },
            { "elbo generate run --seed ", "" },
        };

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public void Commands_options_and_values_stand_in_the_script(string shell)
    {
        string[] words = File.ReadAllText(Script(shell)).Split([' ', '\n', '"', '\'', '|', ')', '(', ';']);
        Assert.Contains("train", words);
        Assert.Contains(shell == "fish" ? "latent-dim" : "--latent-dim", words);
        Assert.All(SelectionCatalog.All, strategy => Assert.Contains(strategy.Name, words));
    }

    [Fact]
    public void An_unknown_shell_is_told_with_those_there_are() =>
        Assert.Equal(
            "elbo: there is no shell 'bsh'; there are bash, zsh, fish, pwsh. Did you mean bash?",
            CalledCommand.Run(_folder.Path, "completions", "bsh").Complaint(2)
        );

    [ShellTheory("bash")]
    [MemberData(nameof(Lines))]
    [InlineData("elbo select run --strategy = k-m", "k-means-centres k-medoids")]
    [InlineData("elbo nothing --x", "")]
    public void Bash_offers_what_can_follow(string line, string expected)
    {
        // The shell splits words before and after an equals sign; outside of completion there is no compopt.
        const string Drive = """
            compopt() { :; }
            source "$1"
            read -r -a COMP_WORDS <<< "$2"
            if [[ "$2" == *" " ]]; then COMP_WORDS+=(""); fi
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _elbo
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        Assert.Equal(expected, Offered("bash", "-c", Drive, "bash", Script("bash"), line));
    }

    [ShellTheory("zsh")]
    [MemberData(nameof(Lines))]
    public void Zsh_offers_what_can_follow(string line, string expected)
    {
        // compadd leaves out what does not begin like the word, which is done here in its place.
        const string Drive = """
            compdef() { }
            compadd() { shift; print -l -- ${(M)@:#${words[CURRENT]}*} }
            source "$1"
            words=("${(@s: :)2}")
            CURRENT=$#words
            _elbo
            """;
        Assert.Equal(expected, Offered("zsh", "-c", Drive, "zsh", Script("zsh"), line));
    }

    [ShellTheory("fish")]
    [MemberData(nameof(Lines))]
    public void Fish_offers_what_can_follow(string line, string expected) =>
        Assert.Equal(
            expected,
            Offered("fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", Script("fish"), line)
        );

    private string Script(string shell)
    {
        var result = CalledCommand.Run(_folder.Path, "completions", shell).Succeeded();
        Assert.Empty(result.Error);
        string path = Path.Combine(_folder.Path, $"elbo.{shell}");
        File.WriteAllText(path, result.Output);
        return path;
    }

    /// <summary>What the shell prints, in order of names; fish puts a description after a name.</summary>
    private static string Offered(string shell, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(shell, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("", error.Result);
        return Joined(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(name => name.Split('\t')[0]));
    }

    private static string Joined(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));
}
