using System.Globalization;
using Elbo.Formats;

namespace Elbo.Training.Runs;

/// <summary>The folder of a run and the paths of its files.</summary>
public sealed class RunFolder
{
    private RunFolder(string path) => Path = path;

    /// <summary>Path of the folder.</summary>
    public string Path { get; }

    /// <summary>Name of the run: the last part of the path.</summary>
    public string Name =>
        System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path)));

    /// <summary>Path of the run's options.</summary>
    public string Config => In("config.json");

    /// <summary>Title of a figure: run, dataset and subject.</summary>
    internal string Title(string dataset, string subject) => $"{Name} · {dataset} · {subject}";

    /// <summary>Path of the metrics of every epoch.</summary>
    public string Metrics => In("metrics.csv");

    /// <summary>Path of the model's weights.</summary>
    public string Model => In("model.safetensors");

    /// <summary>Path of the run's size and the processes that trained it.</summary>
    public string Record => In("run.json");

    /// <summary>Path of the names that a person gave to the clusters of the model.</summary>
    public string ClusterNames => In("cluster-names.json");

    /// <summary>Path of the mixture of codes that <c>elbo generate --sampler mixture</c> samples from.</summary>
    public string Sampler => In("sampler.json");

    /// <summary>Path of the run's report page.</summary>
    public string Report => In("report.html");

    /// <summary>Path of the list of skipped image files: path, tab, reason.</summary>
    public string Unreadable => In("unreadable.txt");

    /// <summary>Path of the file that is open while a process trains the run.</summary>
    internal string Lock => In(".lock");

    /// <summary>Folder of the checkpoints that training resumes from.</summary>
    public string Checkpoints => In("checkpoints");

    /// <summary>Path of the weights of the epoch with the lowest validation loss.</summary>
    public string Best => In("checkpoints", "best.safetensors");

    /// <summary>Path of an image grid.</summary>
    public string Image(string file) => In("images", file);

    /// <summary>Path of a plot.</summary>
    public string Plot(string file) => In("plots", file);

    /// <summary>Path of a file of latent codes.</summary>
    public string Latent(string file) => In("latent", file);

    /// <summary>Folder of the files that <c>elbo export</c> writes.</summary>
    internal string Export => In("export");

    /// <summary>Existing files that are each of one epoch, in the order of the epochs.</summary>
    /// <param name="pattern">
    /// Path with a star in place of the epoch's number, such as that of <c>latent/epoch-*.csv</c>.
    /// </param>
    internal static IReadOnlyList<(int Epoch, string Path)> EpochFiles(string pattern)
    {
        string folder = System.IO.Path.GetDirectoryName(pattern)!,
            name = System.IO.Path.GetFileName(pattern);
        if (!Directory.Exists(folder))
            return [];
        int start = name.IndexOf('*', StringComparison.Ordinal),
            rest = name.Length - start - 1;
        return
        [
            .. Directory
                .EnumerateFiles(folder, name)
                .Select(path => (Epoch: Number(System.IO.Path.GetFileName(path)[start..^rest]), path))
                .Where(file => file.Epoch > 0)
                .OrderBy(file => file.Epoch),
        ];

        static int Number(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
    }

    /// <summary>Path of a TensorBoard event file; without parts, the folder of all event files.</summary>
    internal string Events(params ReadOnlySpan<string> parts) => In(["events", .. parts]);

    /// <summary>Checks, without changing the disk, that <see cref="Create"/> is likely to succeed.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">The folder cannot be created, or the existing one is not a run folder.</exception>
    public static void RequirePlace(string parent, string name, bool overwrite)
    {
        if (string.IsNullOrWhiteSpace(parent))
            throw new ArgumentException("output is empty; name the folder above the run folder.");
        RequireFolder(parent);
        string path = System.IO.Path.Combine(parent, name);
        if (overwrite && System.IO.Path.Exists(path) && !new RunFolder(path).IsReplaceable())
            throw new IOException(
                $"{path} is not a run folder (it has no config.json), so --overwrite does not delete it; choose "
                    + "another --name."
            );
    }

    /// <summary>
    /// Creates the folder of a new run. If the name is taken, it uses the next free name, or replaces the run if
    /// <paramref name="overwrite"/> is true.
    /// </summary>
    /// <param name="parent">The parent folder, created if missing.</param>
    /// <param name="name">The preferred name.</param>
    /// <param name="overwrite">Whether to delete an existing run of that name.</param>
    /// <exception cref="IOException">
    /// The folder cannot be created, the existing one is not a run folder, or another process trains that run.
    /// </exception>
    public static RunFolder Create(string parent, string name, bool overwrite)
    {
        using var held = CreateLocked(parent, name, overwrite, out var run);
        return run;
    }

    /// <summary>
    /// As <see cref="Create"/>, with the lock of the run. It is held from before anything is deleted, so that processes
    /// that want the same name at once get different folders, or a message, but never the same folder.
    /// </summary>
    internal static RunLock CreateLocked(string parent, string name, bool overwrite, out RunFolder run)
    {
        RequirePlace(parent, name, overwrite);
        string path = System.IO.Path.Combine(parent, name);
        if (overwrite)
        {
            FolderSync.Create(path);
            run = new RunFolder(path);
            var held = RunLock.Take(run);
            run.DeleteContents();
            return held;
        }
        for (int i = 2; ; i++)
        {
            if (!System.IO.Path.Exists(path) || new RunFolder(path).IsAbandoned())
            {
                FolderSync.Create(path);
                run = new RunFolder(path);
                if (RunLock.TryTake(run) is { } held)
                {
                    // Another process may have created the folder at the same time and trained in it already.
                    if (run.Contents().Length == 0)
                        return held;
                    held.Dispose();
                }
            }
            path = System.IO.Path.Combine(parent, $"{name}-{i}");
        }
    }

    /// <summary>Whether the folder is that of a run, or of one that another process is about to begin.</summary>
    private bool IsReplaceable() => File.Exists(Config) || (Directory.Exists(Path) && Contents().Length == 0);

    /// <summary>
    /// Whether a process was killed after it had created the folder and before it wrote anything to it.
    /// </summary>
    private bool IsAbandoned() => File.Exists(Lock) && Contents().Length == 0;

    /// <summary>All entries of the folder except the lock.</summary>
    private string[] Contents() =>
        [
            .. Directory
                .GetFileSystemEntries(Path)
                .Where(entry => System.IO.Path.GetFileName(entry) != System.IO.Path.GetFileName(Lock)),
        ];

    /// <summary>
    /// Deletes the run. All else is gone for good before <c>config.json</c> is deleted, and that before anything is
    /// written: a half-deleted run can be deleted again, and its checkpoints cannot become those of a new run.
    /// </summary>
    private void DeleteContents()
    {
        foreach (string entry in Contents().Where(entry => entry != Config))
            if (Directory.Exists(entry) && new FileInfo(entry).LinkTarget is null)
                Directory.Delete(entry, recursive: true);
            else
                File.Delete(entry);
        FolderSync.Flush(Path);
        File.Delete(Config);
        FolderSync.Flush(Path);
    }

    /// <summary>Deletes the run with all its files.</summary>
    /// <exception cref="IOException">A process trains it, or a file cannot be deleted.</exception>
    public void Delete()
    {
        using (RunLock.Take(this))
            DeleteContents();
        Directory.Delete(Path);
        FolderSync.Flush(Parent);
    }

    /// <summary>Gives the folder another name. Nothing in the run refers to it.</summary>
    /// <param name="name">The new name, without a path.</param>
    /// <returns>The run under its new name.</returns>
    /// <exception cref="ArgumentException">It is not a plain name.</exception>
    /// <exception cref="IOException">A process trains the run, or the name is taken.</exception>
    public RunFolder Rename(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!RunName.IsPlain(name))
            throw new ArgumentException($"the new name is '{name}'; it must be a plain folder name.");
        string target = System.IO.Path.Combine(Parent, name);
        if (System.IO.Path.Exists(target))
            throw new IOException($"{target} exists; choose another name.");
        // The lock is within the folder, which some systems do not move while a file in it is open.
        RunLock.Take(this).Dispose();
        Directory.Move(Path, target);
        FolderSync.Flush(Parent);
        return new RunFolder(target);
    }

    private string Parent =>
        System.IO.Path.GetDirectoryName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path)))!;

    /// <summary>Checks that nobody has deleted or moved the folder while it is in use.</summary>
    /// <exception cref="IOException">It is gone.</exception>
    internal void RequirePresent()
    {
        if (!File.Exists(Config))
            throw new IOException(
                $"{Path} was deleted or moved while it was training (it has no config.json any more); nothing more is "
                    + "written to it."
            );
    }

    /// <summary>Writes the files of a model trained by a program to a folder, which is created if missing.</summary>
    /// <param name="path">Path of the folder.</param>
    /// <param name="overwrite">Whether to replace the files of a saved model.</param>
    /// <param name="write">
    /// Writes <see cref="Config"/> and <see cref="Model"/>, and <see cref="Metrics"/> if there are any, to the folder
    /// that it receives.
    /// </param>
    /// <exception cref="IOException">
    /// The folder cannot be written, has a saved model and <paramref name="overwrite"/> is false, or contains a run
    /// with checkpoints, which would not match the saved weights.
    /// </exception>
    internal static void SaveModel(string path, bool overwrite, Action<RunFolder> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var folder = new RunFolder(path);
        if (Directory.Exists(folder.Checkpoints))
            throw new IOException(
                $"{path} holds a run of 'elbo train' with its checkpoints; save into another folder."
            );
        string[] files = folder.ModelFiles;
        if (Directory.Exists(path))
            FileSet.Recover(path, files);
        if (!overwrite && Array.Find(files, File.Exists) is { } existing)
            throw new IOException(
                $"{path} already has {System.IO.Path.GetFileName(existing)}; save into another folder, or give "
                    + "overwrite: true to replace the saved model."
            );
        FileSet.Replace(path, files, staging => write(new RunFolder(staging)));
    }

    /// <summary>
    /// The files of a saved model. <c>config.json</c> goes first and comes last, so a folder with it has three files
    /// that belong together.
    /// </summary>
    private string[] ModelFiles => [Config, Metrics, Model];

    /// <summary>Opens an existing run.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="InvalidDataException">The folder is not a run folder.</exception>
    public static RunFolder Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException(
                $"there is no run folder '{path}'. A run is the folder of a trained model, such as runs/vae-mnist-z2; "
                    + "'elbo train' prints the one it writes."
            );
        var folder = new RunFolder(path);
        if (!File.Exists(folder.Config))
            FileSet.Recover(path, folder.ModelFiles);
        if (!File.Exists(folder.Config))
            throw new InvalidDataException($"{path} is not a run folder: it has no config.json.");
        return folder;
    }

    /// <summary>
    /// Checks that a folder exists or can be created, which means that no part of its path is a file.
    /// </summary>
    /// <exception cref="IOException">A part of the path is a file.</exception>
    internal static void RequireFolder(string folder)
    {
        for (
            string? part = folder;
            !string.IsNullOrEmpty(part) && !Directory.Exists(part);
            part = System.IO.Path.GetDirectoryName(part)
        )
            if (File.Exists(part))
                throw new IOException($"{part} is a file, not a folder; give another --output.");
    }

    /// <summary>Folder of a selection of images to label.</summary>
    public string Selection(string folder) => In("selections", folder);

    /// <summary>
    /// Folder of labels that a person gives to chosen images; without a name, the folder of all these.
    /// </summary>
    internal string Labels(params ReadOnlySpan<string> name) => In(["labels", .. name]);

    /// <summary>Path of the figures of an evaluation; without a name, their folder.</summary>
    internal string Evaluation(params ReadOnlySpan<string> file) => In(["evaluations", .. file]);

    /// <summary>Path of the figures of an evaluation in training after <paramref name="epoch"/> epochs.</summary>
    internal string EpochEvaluation(int epoch) =>
        Evaluation(FormattableString.Invariant($"test-epoch-{epoch:D3}.json"));

    /// <summary>Folder of what a command found in images, such as <c>clusters/kmeans-test</c>.</summary>
    internal string Findings(string kind, string folder) => In(kind, folder);

    /// <summary>Deletes temporary files of a process that was killed while writing.</summary>
    internal void DeleteStrays()
    {
        foreach (
            string folder in (ReadOnlySpan<string>)
                [Path, In("images"), In("plots"), In("latent"), Evaluation(), Events(), Events("projector")]
        )
            if (Directory.Exists(folder))
                AtomicFile.DeleteStrays(folder);
    }

    private string In(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);
}

/// <summary>Prevents two processes from training the same run, by a file that stays open while training runs.</summary>
internal sealed class RunLock : IDisposable
{
    /// <summary>EAGAIN of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Locks <paramref name="run"/> until the result is disposed or the process ends.</summary>
    /// <exception cref="IOException">Another process holds the lock, or the folder cannot be written.</exception>
    public static RunLock Take(RunFolder run) =>
        TryTake(run)
        ?? throw new IOException(
            $"another process is training {run.Path}; wait for it to end, or train under another --name."
        );

    /// <summary>As <see cref="Take"/>; null if another process holds the lock.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunLock? TryTake(RunFolder run)
    {
        try
        {
            return new RunLock(
                new FileStream(
                    run.Lock,
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    bufferSize: 1,
                    FileOptions.DeleteOnClose
                )
            );
        }
        catch (IOException e) when (Taken.Contains(e.HResult))
        {
            return null;
        }
    }

    /// <summary>
    /// Whether a process holds the lock. The file of a killed process remains, but can be opened; it is not changed.
    /// </summary>
    public static bool IsHeld(RunFolder run)
    {
        if (!File.Exists(run.Lock))
            return false;
        try
        {
            using var file = new FileStream(run.Lock, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException e) when (Taken.Contains(e.HResult))
        {
            return true;
        }
    }

    public void Dispose() => _file.Dispose();
}
