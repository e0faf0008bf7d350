namespace Elbo.Cli.Tests;

/// <summary><c>elbo studio</c> as a process. The tests of Elbo.Studio use its pages.</summary>
public class StudioCommandTests
{
    [SignalFact(15)]
    public async Task The_studio_serves_until_it_is_asked_to_end()
    {
        using var folder = new TemporaryFolder();
        using var studio = RunningCommand.Start(folder.Path, "studio");
        string url = studio.WaitForLine();
        Assert.Matches("^http://127\\.0\\.0\\.1:\\d+/\\?token=[0-9a-f]{64}$", url);
        using var client = new HttpClient();
        string first = new Uri(url).GetLeftPart(UriPartial.Authority);
        Assert.Contains("http-equiv", await client.GetStringAsync(url), StringComparison.Ordinal);
        Assert.Contains("blazor.web.js", await client.GetStringAsync(first), StringComparison.Ordinal);
        Assert.NotEmpty(await client.GetByteArrayAsync(first + "/_framework/blazor.web.js"));
        Assert.NotEmpty(await client.GetByteArrayAsync(first + "/assets/MudBlazor.min.css"));
        var result = studio.Signal(15);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["elbo: the studio is closed."], result.ErrorLines[1..]);
        Assert.True(Directory.Exists(folder.File("runs")));
    }

    [Fact]
    public void Two_studios_take_two_ports()
    {
        using var folder = new TemporaryFolder();
        using var one = RunningCommand.Start(folder.Path, "studio");
        string first = one.WaitForLine();
        using var other = RunningCommand.Start(folder.Path, "studio");
        string second = other.WaitForLine();
        Assert.NotEqual(new Uri(first).Port, new Uri(second).Port);
        string complaint = RunningCommand.Run(folder.Path, "studio", "--port", $"{new Uri(first).Port}").Complaint(2);
        Assert.Equal($"elbo: port {new Uri(first).Port} of 127.0.0.1 is in use; give another --port.", complaint);
        one.Strike();
        other.Strike();
    }

    /// <summary>A folder of .NET as the package of its runtime alone makes it.</summary>
    [Fact]
    public void Without_ASP_NET_Core_only_the_studio_says_what_is_missing()
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!,
            root = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        if (OperatingSystem.IsWindows() || !File.Exists(Path.Combine(root, "dotnet")))
            return;
        using var folder = new TemporaryFolder();
        string own = folder.File("dotnet"),
            framework = Path.Combine("shared", "Microsoft.NETCore.App");
        folder.Copy(Path.Combine(root, "host"), "dotnet/host");
        File.Copy(Path.Combine(root, "dotnet"), Path.Combine(own, "dotnet"));
        // Links would be followed to the folder beside which ASP.NET Core is.
        folder.Copy(runtime, Path.Combine("dotnet", framework, Path.GetFileName(runtime)));
        CommandResult Run(params string[] arguments) =>
            RunningCommand.RunUnder(["env", $"PATH={own}:/usr/bin:/bin", $"DOTNET_ROOT={own}"], folder.Path, arguments);
        Assert.Contains("studio", Run("--help").Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("cnn-vae", Run("models").Succeeded().Output, StringComparison.Ordinal);
        string complaint = Run("studio").Complaint(2);
        var version = Environment.Version;
        Assert.StartsWith(
            $"elbo: the studio needs ASP.NET Core {version.Major}.{version.Minor}, which is not",
            complaint,
            StringComparison.Ordinal
        );
        Assert.EndsWith("All other commands run without it.", complaint, StringComparison.Ordinal);
    }
}
