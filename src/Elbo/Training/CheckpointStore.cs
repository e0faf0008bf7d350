using System.Globalization;
using Elbo.Formats;

namespace Elbo.Training;

/// <summary>
/// A folder of checkpoints, of which it keeps the newest. Whenever the process dies, the newest complete one is there.
/// </summary>
public sealed class CheckpointStore
{
    /// <summary>How many checkpoints are kept unless told otherwise.</summary>
    public const int DefaultKeep = 5;

    private const string Beginning = "step-",
        Ending = ".safetensors";

    private readonly string _folder;
    private readonly int _keep;

    /// <summary>The checkpoints in <paramref name="folder"/>, which is made on the first save.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="keep">How many; 0 keeps all.</param>
    /// <exception cref="ArgumentException">The number is negative.</exception>
    public CheckpointStore(string folder, int keep = DefaultKeep)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        HyperParameter.RequireNotNegative(keep);
        _folder = folder;
        _keep = keep == 0 ? int.MaxValue : keep;
    }

    /// <summary>The files there are, of most steps first, sound or not.</summary>
    public IReadOnlyList<string> Files => [.. Numbered().Select(file => file.Path)];

    /// <summary>
    /// Writes <c>step-00001234.safetensors</c>, and once it is in place deletes what need not be kept.
    /// </summary>
    /// <remarks>
    /// Deleted are all but the newest, and those of more steps than this one: where they exist, the run did not
    /// continue from them, because they are damaged or of an earlier run, and must not do so next time.
    /// </remarks>
    /// <returns>The path of the file.</returns>
    /// <exception cref="IOException">It cannot be written; earlier checkpoints are untouched.</exception>
    public string Save(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        long step = checkpoint.State.Step;
        string path = Path.Combine(_folder, $"{Beginning}{step:D8}{Ending}");
        Directory.CreateDirectory(_folder);
        AtomicFile.DeleteStrays(_folder);
        CheckpointFile.Write(path, checkpoint);
        var files = Numbered();
        foreach (
            var file in files.Where(file => file.Step > step).Concat(files.Where(file => file.Step <= step).Skip(_keep))
        )
            Delete(file.Path);
        return path;
    }

    /// <summary>The checkpoint of most steps that is undamaged, or null where there is none.</summary>
    /// <remarks>
    /// Null with complaints means that a run is there but cannot be continued: starting over would delete what is left
    /// of it.
    /// </remarks>
    /// <param name="complaints">A line for each damaged or unreadable one that was passed over.</param>
    public Checkpoint? LoadNewestSound(out IReadOnlyList<string> complaints)
    {
        var lines = new List<string>();
        complaints = lines;
        foreach (var (path, _) in Numbered())
        {
            try
            {
                return CheckpointFile.Read(path);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                lines.Add(e.Message.ReplaceLineEndings(" "));
            }
        }
        return null;
    }

    private List<(string Path, long Step)> Numbered()
    {
        var files = new List<(string Path, long Step)>();
        if (!Directory.Exists(_folder))
            return files;
        foreach (string path in Directory.EnumerateFiles(_folder, Beginning + "*" + Ending))
        {
            string number = Path.GetFileName(path)[Beginning.Length..^Ending.Length];
            if (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long step))
                files.Add((path, step));
        }
        files.Sort((a, b) => b.Step.CompareTo(a.Step));
        return files;
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody reads it; the next save tries again. Training must not fail for it.
        }
    }
}
