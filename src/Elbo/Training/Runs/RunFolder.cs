using Elbo.Formats;

namespace Elbo.Training.Runs;

/// <summary>Where a run keeps its files.</summary>
public sealed class RunFolder
{
    private RunFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Its last part: the run's name.</summary>
    public string Name =>
        System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path)));

    /// <summary>The options of the run.</summary>
    public string Config => In("config.json");

    /// <summary>The title of a picture: which run, which dataset, and what is shown.</summary>
    internal string Title(string dataset, string subject) => $"{Name} · {dataset} · {subject}";

    /// <summary>Figures of every epoch.</summary>
    public string Metrics => In("metrics.csv");

    /// <summary>The weights.</summary>
    public string Model => In("model.safetensors");

    /// <summary>The size of the run, and every process that trained it.</summary>
    public string Record => In("run.json");

    /// <summary>The page that shows the run.</summary>
    public string Report => In("report.html");

    /// <summary>The image files that were skipped because they cannot be read: path, tab, reason.</summary>
    public string Unreadable => In("unreadable.txt");

    /// <summary>Open while a process trains the run.</summary>
    internal string Lock => In(".lock");

    /// <summary>What training resumes from.</summary>
    public string Checkpoints => In("checkpoints");

    /// <summary>The weights of the epoch with the lowest validation loss.</summary>
    public string Best => In("checkpoints", "best.safetensors");

    /// <summary>A grid of images.</summary>
    public string Image(string file) => In("images", file);

    /// <summary>A plot.</summary>
    public string Plot(string file) => In("plots", file);

    /// <summary>Latent codes.</summary>
    public string Latent(string file) => In("latent", file);

    /// <summary>What TensorBoard reads; without parts the folder of all of it.</summary>
    internal string Events(params ReadOnlySpan<string> parts) => In(["events", .. parts]);

    /// <summary>Checks, without touching the disk, that <see cref="Create"/> can be expected to succeed.</summary>
    /// <exception cref="ArgumentException">No folder is named.</exception>
    /// <exception cref="IOException">The folder cannot be made, or what stands there is no run.</exception>
    public static void RequirePlace(string parent, string name, bool overwrite)
    {
        if (string.IsNullOrWhiteSpace(parent))
            throw new ArgumentException("output is empty; name the folder above the run folder.");
        RequireFolder(parent);
        string path = System.IO.Path.Combine(parent, name);
        if (overwrite && System.IO.Path.Exists(path) && !File.Exists(System.IO.Path.Combine(path, "config.json")))
            throw new IOException(
                $"{path} is not a run folder (it has no config.json), so --overwrite does not delete it; choose "
                    + "another --name."
            );
    }

    /// <summary>
    /// Makes the folder of a new run; one that exists is left alone and the next free name taken, unless it is to be
    /// replaced.
    /// </summary>
    /// <param name="parent">The folder above, made when missing.</param>
    /// <param name="name">The wished name.</param>
    /// <param name="overwrite">Whether a run of that name is deleted.</param>
    /// <exception cref="IOException">The folder cannot be made, what stands there is no run, or another process trains
    /// it.</exception>
    public static RunFolder Create(string parent, string name, bool overwrite)
    {
        RequirePlace(parent, name, overwrite);
        string path = System.IO.Path.Combine(parent, name);
        if (overwrite && Directory.Exists(path))
        {
            using (RunLock.Take(new RunFolder(path)))
            {
                // Nobody trains what is about to go.
            }
            Directory.Delete(path, recursive: true);
        }
        for (int i = 2; System.IO.Path.Exists(path); i++)
            path = System.IO.Path.Combine(parent, $"{name}-{i}");
        Directory.CreateDirectory(path);
        return new RunFolder(path);
    }

    /// <summary>A folder for the files of a model that was not trained by the command, made when missing.</summary>
    /// <exception cref="IOException">It cannot be made, or holds a run with checkpoints, which another model's weights
    /// would not fit.</exception>
    internal static RunFolder ForModel(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var folder = new RunFolder(path);
        if (Directory.Exists(folder.Checkpoints))
            throw new IOException(
                $"{path} holds a run of 'elbo train' with its checkpoints; save into another folder."
            );
        Directory.CreateDirectory(path);
        return folder;
    }

    /// <summary>An existing run.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It is not a run folder.</exception>
    public static RunFolder Open(string path)
    {
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException(
                $"there is no run folder '{path}'; 'elbo train' prints the one it writes."
            );
        var folder = new RunFolder(path);
        if (!File.Exists(folder.Config))
            throw new InvalidDataException($"{path} is not a run folder: it has no config.json.");
        return folder;
    }

    /// <summary>Checks that a folder is there or can be made: that nothing on the way to it is a file.</summary>
    /// <exception cref="IOException">Something is.</exception>
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

    /// <summary>A folder of images chosen for labelling.</summary>
    public string Selection(string folder) => In("selections", folder);

    /// <summary>Deletes what a process that was killed while writing has left.</summary>
    internal void DeleteStrays()
    {
        foreach (
            string folder in (ReadOnlySpan<string>)
                [Path, In("images"), In("plots"), In("latent"), Events(), Events("projector")]
        )
            if (Directory.Exists(folder))
                AtomicFile.DeleteStrays(folder);
    }

    private string In(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);
}

/// <summary>
/// Keeps two processes from training one run: a file that is open as long as training lasts, whatever ends it.
/// </summary>
internal sealed class RunLock : IDisposable
{
    /// <summary>EAGAIN of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Claims <paramref name="run"/> until the result is disposed or the process dies.</summary>
    /// <exception cref="IOException">Another process has it, or the folder cannot be written.</exception>
    public static RunLock Take(RunFolder run)
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
            throw new IOException(
                $"another process is training {run.Path}; wait for it to end, or train under another --name.",
                e
            );
        }
    }

    public void Dispose() => _file.Dispose();
}
