using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Elbo.Formats;

namespace Elbo.Training;

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
