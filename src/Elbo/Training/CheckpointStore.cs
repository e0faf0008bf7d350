using System.Globalization;
using Elbo.Formats;

namespace Elbo.Training;

/// <summary>
/// A folder that keeps the newest checkpoints of a run. It always contains a complete one, even if the process dies or
/// the power fails while saving.
/// </summary>
public sealed class CheckpointStore
{
    /// <summary>Default number of checkpoints to keep.</summary>
    public const int DefaultKeep = 5;

    private const string Beginning = "step-",
        Ending = ".safetensors";

    private readonly string _folder;
    private readonly int _keep;

    /// <summary>Creates a store in <paramref name="folder"/>. The first save creates the folder.</summary>
    /// <param name="folder">The folder of the checkpoints.</param>
    /// <param name="keep">Number of checkpoints to keep; 0 keeps all.</param>
    /// <exception cref="ArgumentException">The number is negative.</exception>
    public CheckpointStore(string folder, int keep = DefaultKeep)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        HyperParameter.RequireNotNegative(keep);
        _folder = folder;
        _keep = keep == 0 ? int.MaxValue : keep;
    }

    /// <summary>Paths of all checkpoint files, the highest step first. Damaged files are included.</summary>
    public IReadOnlyList<string> Files => [.. Numbered().Select(file => file.Path)];

    /// <summary>Writes <c>step-00001234.safetensors</c>, then deletes old checkpoints.</summary>
    /// <remarks>
    /// Deletes all but the newest, and those with more steps than this one. Such files are damaged or belong to an
    /// earlier run, since this run did not continue from them; the next run must not either.
    /// </remarks>
    /// <returns>The path of the file.</returns>
    /// <exception cref="ArgumentException">A value of the checkpoint is not finite. Nothing is written.</exception>
    /// <exception cref="IOException">The file cannot be written. Earlier checkpoints are unchanged.</exception>
    public string Save(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        long step = checkpoint.State.Step;
        string path = Path.Combine(_folder, $"{Beginning}{step:D8}{Ending}");
        FolderSync.Create(_folder);
        AtomicFile.DeleteStrays(_folder);
        // It is on disk with its name before anything is deleted.
        CheckpointFile.Write(path, checkpoint);
        var files = Numbered();
        var obsolete = files.Where(file => file.Step > step).Concat(files.Where(file => file.Step <= step).Skip(_keep));
        foreach (var file in obsolete)
            Delete(file.Path);
        if (obsolete.Any())
            FolderSync.Flush(_folder);
        return path;
    }

    /// <summary>Loads the undamaged checkpoint with the most steps; null if there is none.</summary>
    /// <remarks>
    /// A null result with complaints means that checkpoints exist but none is readable. Starting over would delete
    /// them.
    /// </remarks>
    /// <param name="complaints">One line for each damaged or unreadable checkpoint that was skipped.</param>
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

    /// <summary>The undamaged checkpoint at the end of an epoch, from 1; null if there is none.</summary>
    public Checkpoint? LoadEpoch(int epoch) => Sound().FirstOrDefault(checkpoint => IsEnd(checkpoint, epoch));

    /// <summary>The epochs with an undamaged checkpoint at their end, in ascending order.</summary>
    public IReadOnlyList<int> Epochs() =>
        [
            .. Sound()
                .Where(checkpoint => IsEnd(checkpoint, checkpoint.State.Epoch))
                .Select(checkpoint => checkpoint.State.Epoch)
                .Order(),
        ];

    private static bool IsEnd(Checkpoint checkpoint, int epoch) =>
        checkpoint.State.Epoch == epoch && checkpoint.State.BatchInEpoch == 0;

    /// <summary>The undamaged checkpoints, the newest first.</summary>
    private IEnumerable<Checkpoint> Sound()
    {
        foreach (var (path, _) in Numbered())
        {
            Checkpoint checkpoint;
            try
            {
                checkpoint = CheckpointFile.Read(path);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                continue;
            }
            yield return checkpoint;
        }
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
            // Another process reads the file. The next save tries again; training must not fail because of it.
        }
    }
}

/// <summary>
/// Checkpoints as safetensors files. Optimiser tensors have the prefix <c>optimizer.</c>; all other state is in the
/// metadata of the header.
/// </summary>
internal static class CheckpointFile
{
    private const string OptimizerPrefix = "optimizer.";
    private const string FormatKey = "format",
        StepsKey = "optimizer_steps",
        StateKey = "training_state";

    /// <summary>Format version. Changes when older versions could not read the file, or would misread it.</summary>
    private const string Format = "elbo-checkpoint-1";

    /// <summary>Writes <paramref name="checkpoint"/> to <paramref name="path"/>, atomically.</summary>
    /// <exception cref="ArgumentException">A value is not finite. Training could not resume from it.</exception>
    public static void Write(string path, Checkpoint checkpoint)
    {
        IReadOnlyList<SafetensorsTensor> tensors = [.. checkpoint.Model, .. checkpoint.Optimizer.Select(Prefixed)];
        if (FiniteWeights.Fault(tensors) is { } fault)
            throw new ArgumentException(
                $"{fault}; a checkpoint with such values is not written to {path}. Train with a smaller learning rate.",
                nameof(checkpoint)
            );
        var notes = new Dictionary<string, string>
        {
            [FormatKey] = Format,
            [StepsKey] = checkpoint.OptimizerSteps.ToString(CultureInfo.InvariantCulture),
            [StateKey] = checkpoint.State.ToJson(),
        };
        SafetensorsWriter.Write(path, tensors, TensorDigest.AddTo(notes, tensors));
    }

    /// <summary>Reads and checks the checkpoint at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or not a checkpoint.</exception>
    public static Checkpoint Read(string path) => FormatBoundary.Read(path, "a checkpoint", () => Parse(path));

    private static Checkpoint Parse(string path)
    {
        using var reader = new SafetensorsReader(path);
        var notes = reader.Metadata;
        if (notes.GetValueOrDefault(FormatKey) is var format && format != Format)
            throw new InvalidDataException($"{path}: the format is '{format}'; '{Format}' is needed.");
        if (!reader.Verify())
            throw new InvalidDataException($"{path}: the metadata have no {TensorDigest.Key}; the file is damaged.");
        SafetensorsTensor[] tensors = [.. reader.Entries.Select(entry => reader.ReadFloats(entry.Name))];
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

    private static bool IsOptimizers(SafetensorsTensor tensor) =>
        tensor.Name.StartsWith(OptimizerPrefix, StringComparison.Ordinal);

    private static SafetensorsTensor Prefixed(SafetensorsTensor tensor) =>
        tensor.Renamed(OptimizerPrefix + tensor.Name);

    private static SafetensorsTensor Unprefixed(SafetensorsTensor tensor) =>
        tensor.Renamed(tensor.Name[OptimizerPrefix.Length..]);
}
