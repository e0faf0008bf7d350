namespace Elbo.Formats;

/// <summary>Replaces several files of a folder together.</summary>
internal static class FileSet
{
    /// <summary>
    /// Writes files to a temporary folder next to them, then moves them into place. If writing or moving fails, the
    /// folder is as it was.
    /// </summary>
    /// <param name="folder">The folder of the files, created if missing.</param>
    /// <param name="files">
    /// Paths of the files that form the set, all in <paramref name="folder"/>. The first one marks a complete set: it is
    /// the first to go and the last to come. If the process dies in between, the folder does not have it, and the files
    /// that are missing are still in the temporary folder.
    /// </param>
    /// <param name="write">
    /// Writes files under the same names to the folder that it receives. A file that it does not write is deleted from
    /// the set.
    /// </param>
    public static void Replace(string folder, IReadOnlyList<string> files, Action<string> write)
    {
        Directory.CreateDirectory(folder);
        string staging = Path.Combine(folder, $".saving-{Guid.NewGuid():N}"),
            old = Path.Combine(staging, "old");
        Directory.CreateDirectory(old);
        bool swapped = false;
        try
        {
            write(staging);
            Swap(files, staging, old);
            swapped = true;
        }
        finally
        {
            // Old files that could be neither replaced nor moved back stay there.
            if (swapped || !Directory.EnumerateFiles(old).Any())
                Directory.Delete(staging, recursive: true);
        }
    }

    private static void Swap(IReadOnlyList<string> files, string staging, string old)
    {
        var moved = new Stack<(string From, string To)>();
        try
        {
            foreach (string file in files)
                Move(file, In(old, file));
            foreach (string file in files.Reverse())
                Move(In(staging, file), file);
        }
        catch
        {
            while (moved.TryPop(out var move))
                File.Move(move.To, move.From);
            throw;
        }

        void Move(string from, string to)
        {
            if (!File.Exists(from))
                return;
            File.Move(from, to);
            moved.Push((from, to));
        }
    }

    private static string In(string folder, string file) => Path.Combine(folder, Path.GetFileName(file));
}
