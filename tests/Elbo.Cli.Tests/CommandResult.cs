namespace Elbo.Cli.Tests;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">0 done, 1 failed, 2 bad input, 130 interrupted; on Unix 128 + n where signal n killed
/// it.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public string[] OutputLines => Lines(Output);

    public string[] ErrorLines => Lines(Error);

    /// <summary>This result, after checking that the command did what it was asked to.</summary>
    public CommandResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}");
        return this;
    }

    /// <summary>The complaint, after checking that it is one line, and all there is.</summary>
    public string Complaint(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode} instead of {exitCode}: {Error}");
        Assert.Empty(Output);
        return Assert.Single(ErrorLines);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
