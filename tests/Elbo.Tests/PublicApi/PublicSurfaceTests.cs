namespace Elbo.Tests.PublicApi;

/// <summary>What programs are compiled against does not change by accident.</summary>
public class PublicSurfaceTests
{
    private const string AcceptVariable = "ELBO_ACCEPT_API";

    [Theory]
    [InlineData("Elbo.Engine", typeof(Elbo.Engine.Tensor))]
    [InlineData("Elbo", typeof(Autoencoder))]
    public void The_public_surface_is_the_one_that_was_agreed_on(string package, Type member)
    {
        string file = Path.Combine(Folder(), package + ".txt"),
            actual = PublicSurface.Print(member.Assembly);
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
            File.WriteAllText(file, actual);
        string[] expected = File.ReadAllLines(file),
            now = actual.TrimEnd('\n').Split('\n');
        var lost = Qualified(expected).Except(Qualified(now)).Select(line => "- " + line);
        var added = Qualified(now).Except(Qualified(expected)).Select(line => "+ " + line);
        string[] changes = [.. lost, .. added];
        Assert.True(
            expected.SequenceEqual(now),
            $"the public surface of {package} differs from {file}. If that is meant, run 'ELBO_ACCEPT_API=1 "
                + "dotnet test -c Release tests/Elbo.Tests --filter PublicSurfaceTests' and commit the "
                + $"file.\n{string.Join('\n', changes)}"
        );
    }

    [Fact]
    public void The_print_shows_what_callers_depend_on()
    {
        // Were the printer blind, every change would pass.
        string surface = PublicSurface.Print(typeof(Autoencoder).Assembly);
        Assert.Contains("sealed class Elbo.Autoencoder : IDisposable\n", surface, StringComparison.Ordinal);
        Assert.Contains(
            "    new(ModelOptions options, ImageShape imageShape, UInt64 seed = …, Device? device = …)\n",
            surface,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "    static Autoencoder Load(String path, Device? device = …)\n",
            surface,
            StringComparison.Ordinal
        );
        Assert.Contains("    Int32 Epochs { get; init; }\n", surface, StringComparison.Ordinal);
        Assert.DoesNotContain("TakeTurn", surface, StringComparison.Ordinal);
        Assert.DoesNotContain("TrainingLoop", surface, StringComparison.Ordinal);
    }

    /// <summary>Members with the type before them, so that a line stands for itself.</summary>
    private static IEnumerable<string> Qualified(IEnumerable<string> lines)
    {
        string type = "";
        foreach (string line in lines)
        {
            if (!line.StartsWith(' '))
                type = line.Split(" : ")[0].Split(' ')[^1];
            yield return line.StartsWith(' ') ? $"{type}: {line.Trim()}" : line;
        }
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Elbo.slnx")))
                return Path.Combine(folder.FullName, "tests", "Elbo.Tests", "PublicApi");
        throw new InvalidOperationException($"no folder above {AppContext.BaseDirectory} has Elbo.slnx.");
    }
}
