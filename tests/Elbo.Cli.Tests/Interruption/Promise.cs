namespace Elbo.Cli.Tests.Interruption;

/// <summary>What holds for the files of a folder at any moment of a command, and when it has been repeated.</summary>
/// <param name="Before">The digests of all files before the command.</param>
/// <param name="After">The digests after the command, if nobody interrupts it.</param>
internal sealed record Promise(IReadOnlyDictionary<string, string> Before, IReadOnlyDictionary<string, string> After)
{
    private readonly HashSet<string> _read = [];

    /// <summary>
    /// Fails unless every file is complete, every file that was there is there, and each is the old or the new one.
    /// </summary>
    public void RequireKept(WritingCommand command, string folder)
    {
        WrittenFiles.RequireComplete(folder, _read);
        var now = WrittenFiles.Digests(folder);
        foreach (var (path, digest) in now)
        {
            // A run in training has files that are replaced until its end.
            if (IsIn(path, command.Begins ?? command.Deletes) || command.Arguments[0] == "resume")
                continue;
            Assert.True(
                digest == Before.GetValueOrDefault(path) || digest == After.GetValueOrDefault(path),
                $"{path} is neither the old nor the new file"
            );
        }
        // While two sets of files change places, both are in a temporary folder, and the next command finishes that.
        if (WrittenFiles.Strays(folder).Any(stray => stray.Contains(".saving-", StringComparison.Ordinal)))
            return;
        foreach (string path in Before.Keys.Where(path => !IsIn(path, command.Deletes)))
            Assert.True(now.ContainsKey(path) || !After.ContainsKey(path), $"{path} is gone");
        if (command.Whole is { } whole)
            Assert.True(
                Same(now, Before, whole) || Same(now, After, whole),
                $"{whole} is neither the old nor the new folder"
            );
    }

    /// <summary>Fails unless a folder has what the command leaves if nobody interrupts it, and nothing else.</summary>
    public void RequireEnd(string folder)
    {
        var now = WrittenFiles.Digests(folder);
        string[] different =
        [
            .. After.Keys.Union(now.Keys).Where(path => After.GetValueOrDefault(path) != now.GetValueOrDefault(path)),
            .. WrittenFiles.Strays(folder),
        ];
        Assert.True(different.Length == 0, "different: " + string.Join(", ", different));
    }

    private static bool IsIn(string path, string? folder) =>
        folder is not null && path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static bool Same(
        IReadOnlyDictionary<string, string> a,
        IReadOnlyDictionary<string, string> b,
        string folder
    ) =>
        a
            .Keys.Union(b.Keys)
            .Where(path => IsIn(path, folder))
            .All(path => a.GetValueOrDefault(path) == b.GetValueOrDefault(path));
}
