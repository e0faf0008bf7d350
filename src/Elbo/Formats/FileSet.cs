namespace Elbo.Formats;

/// <summary>Replaces several files of a folder together.</summary>
/// <remarks>
/// The new files are first written to a temporary folder. Then the old files move to its folder <c>old</c>, which is
/// renamed to <c>replaced</c>, and the new files move into place. Each step is on disk before the next, so whatever a
/// killed process leaves can be undone (<c>old</c> is there) or finished (<c>replaced</c> is there).
/// </remarks>
internal static class FileSet
{
    private const string Beginning = ".saving-",
        Old = "old",
        Replaced = "replaced";

    /// <summary>Replaces the files. If writing or moving fails, the folder is as it was.</summary>
    /// <param name="folder">The folder of the files, created if missing.</param>
    /// <param name="files">
    /// Paths of the files that form the set, all in <paramref name="folder"/>. The first one marks a complete set: it
    /// is the first to go and the last to come. If the process dies in between, the folder does not have it until
    /// <see cref="Recover"/> is called.
    /// </param>
    /// <param name="write">
    /// Writes files under the same names to the folder that it receives. A file that it does not write is deleted from
    /// the set.
    /// </param>
    public static void Replace(string folder, IReadOnlyList<string> files, Action<string> write)
    {
        FolderSync.Create(folder);
        Recover(folder, files);
        var staging = StagingFolder.Create(folder, Beginning);
        string old = Path.Combine(staging.Path, Old);
        Directory.CreateDirectory(old);
        bool ended = false;
        try
        {
            write(staging.Path);
            FolderSync.FlushTree(staging.Path);
            Swap(folder, files, staging.Path, old);
            ended = true;
        }
        finally
        {
            // Old files that could be neither replaced nor moved back stay there for Recover.
            if (ended || (Directory.Exists(old) && !Directory.EnumerateFiles(old).Any()))
                staging.Dispose();
            else
                staging.Leave();
        }
    }

    /// <summary>Completes or undoes a replacement of the files during which the process died.</summary>
    public static void Recover(string folder, IReadOnlyList<string> files)
    {
        foreach (var stray in StagingFolder.Strays(folder, Beginning))
        {
            bool complete = Directory.Exists(Path.Combine(stray.Path, Replaced));
            string source = complete ? stray.Path : Path.Combine(stray.Path, Old);
            foreach (string file in files.Reverse())
            {
                if (!File.Exists(In(source, file)))
                    continue;
                // The mark comes last, when all others are on disk.
                if (file == files[0])
                    FolderSync.Flush(folder);
                File.Move(In(source, file), file, overwrite: true);
            }
            FolderSync.Flush(folder);
            stray.Dispose();
        }
    }

    private static void Swap(string folder, IReadOnlyList<string> files, string staging, string old)
    {
        var undo = new Stack<Action>();
        try
        {
            MoveFile(files[0], In(old, files[0]));
            Flush(old, folder);
            foreach (string file in files.Skip(1))
                MoveFile(file, In(old, file));
            Flush(old, folder);
            string replaced = Path.Combine(staging, Replaced);
            Directory.Move(old, replaced);
            undo.Push(() => Directory.Move(replaced, old));
            Flush(staging);
            foreach (string file in files.Skip(1).Reverse())
                MoveFile(In(staging, file), file);
            Flush(staging, folder);
            MoveFile(In(staging, files[0]), files[0]);
            Flush(staging, folder);
        }
        catch
        {
            while (undo.TryPop(out var back))
                back();
            throw;
        }

        // Without overwrite, a move would be a link and a deletion, and a kill in between would leave both names.
        void MoveFile(string from, string to)
        {
            if (!File.Exists(from))
                return;
            File.Move(from, to, overwrite: true);
            undo.Push(() => File.Move(to, from, overwrite: true));
        }
    }

    private static void Flush(params ReadOnlySpan<string> folders)
    {
        foreach (string folder in folders)
            FolderSync.Flush(folder);
    }

    private static string In(string folder, string file) => Path.Combine(folder, Path.GetFileName(file));
}
