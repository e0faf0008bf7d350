using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
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

/// <summary>
/// A checkpoint as a safetensors file: tensors of the optimiser under <c>optimizer.</c>, all else in the notes of the
/// header.
/// </summary>
internal static class CheckpointFile
{
    private const string OptimizerPrefix = "optimizer.";
    private const string FormatKey = "format",
        StepsKey = "optimizer_steps",
        StateKey = "training_state",
        DigestKey = "sha256";

    /// <summary>Raised whenever older versions could not read the file, or would read it wrongly.</summary>
    private const string Format = "elbo-checkpoint-1";

    /// <summary>Writes <paramref name="checkpoint"/> to <paramref name="path"/>, atomically.</summary>
    public static void Write(string path, Checkpoint checkpoint)
    {
        IReadOnlyList<SafetensorsTensor> tensors = [.. checkpoint.Model, .. checkpoint.Optimizer.Select(Prefixed)];
        var notes = new Dictionary<string, string>
        {
            [FormatKey] = Format,
            [StepsKey] = checkpoint.OptimizerSteps.ToString(CultureInfo.InvariantCulture),
            [StateKey] = checkpoint.State.ToJson(),
        };
        notes[DigestKey] = Digest(notes, tensors);
        SafetensorsWriter.Write(path, tensors, notes);
    }

    /// <summary>Reads and checks the checkpoint at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidDataException">It is not the file that was written.</exception>
    public static Checkpoint Read(string path)
    {
        using var reader = new SafetensorsReader(path);
        var notes = reader.Metadata;
        if (notes.GetValueOrDefault(FormatKey) is var format && format != Format)
            throw new InvalidDataException($"{path}: the format is '{format}'; '{Format}' is needed.");
        SafetensorsTensor[] tensors = [.. reader.Entries.Select(entry => reader.ReadFloats(entry.Name))];
        if (notes.GetValueOrDefault(DigestKey) != Digest(notes, tensors))
            throw new InvalidDataException($"{path}: the contents do not match their SHA-256; the file is damaged.");
        if (
            !long.TryParse(
                notes.GetValueOrDefault(StepsKey),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long steps
            )
        )
            throw new InvalidDataException(
                $"{path}: {StepsKey} is '{notes.GetValueOrDefault(StepsKey)}'; a whole number is needed."
            );
        return new Checkpoint(
            path,
            [.. tensors.Where(tensor => !IsOptimizers(tensor))],
            [.. tensors.Where(IsOptimizers).Select(Unprefixed)],
            steps,
            ReadState(path, notes)
        );
    }

    private static TrainingState ReadState(string path, IReadOnlyDictionary<string, string> notes)
    {
        try
        {
            return TrainingState.FromJson(notes.GetValueOrDefault(StateKey, "null"));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>
    /// SHA-256 of the notes and of the name, shape and data of every tensor, in order: of all that is read from the
    /// file.
    /// </summary>
    private static string Digest(IReadOnlyDictionary<string, string> notes, IReadOnlyList<SafetensorsTensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Zeros keep apart what follows each other: no name, shape or note contains one.
        foreach (string key in (string[])[FormatKey, StepsKey, StateKey])
            hash.AppendData(Encoding.UTF8.GetBytes($"{notes.GetValueOrDefault(key)}\0"));
        foreach (var tensor in tensors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{tensor.Name}\0{tensor.Shape}\0"));
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Values));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsOptimizers(SafetensorsTensor tensor) =>
        tensor.Name.StartsWith(OptimizerPrefix, StringComparison.Ordinal);

    private static SafetensorsTensor Prefixed(SafetensorsTensor tensor) =>
        tensor.Renamed(OptimizerPrefix + tensor.Name);

    private static SafetensorsTensor Unprefixed(SafetensorsTensor tensor) =>
        tensor.Renamed(tensor.Name[OptimizerPrefix.Length..]);
}
