using System.Globalization;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Training;

namespace Elbo.Workflows;

/// <summary>
/// The file with the weights of a run's best epoch: a model file that also stores the epoch and its loss.
/// </summary>
/// <remarks>
/// The best epoch is read from this file, not from checkpoints. After a crash, the file may belong to an epoch that
/// will be trained again, to the same weights.
/// </remarks>
internal sealed class BestWeights(string path)
{
    private const string EpochKey = "epoch",
        SplitKey = "split",
        LossKey = "loss";

    /// <summary>Saves the model's weights as those of an epoch.</summary>
    public void Save(GenerativeModel model, BestEpoch best) => ModelFile.Save(model, path, Notes(best));

    /// <summary>Reads the epoch of the saved weights; null if there are none.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public BestEpoch? Read()
    {
        if (!File.Exists(path))
            return null;
        using var reader = new SafetensorsReader(path);
        var notes = reader.Metadata;
        return
            int.TryParse(
                notes.GetValueOrDefault(EpochKey),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out int epoch
            )
            && double.TryParse(
                notes.GetValueOrDefault(LossKey),
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out double loss
            )
            && notes.TryGetValue(SplitKey, out string? split)
            ? new BestEpoch(epoch, split, loss)
            : throw new InvalidDataException($"{path} does not say which epoch and loss its weights are of.");
    }

    /// <summary>Restores the saved weights to the model.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or belongs to another model.</exception>
    public void Restore(GenerativeModel model) => ModelFile.Load(model, path);

    /// <summary>The metadata that a model file stores about these weights.</summary>
    public static IReadOnlyDictionary<string, string> Notes(BestEpoch best) =>
        new Dictionary<string, string>
        {
            [EpochKey] = best.Epoch.ToString(CultureInfo.InvariantCulture),
            [SplitKey] = best.Split,
            [LossKey] = best.Loss.ToString("R", CultureInfo.InvariantCulture),
        };
}
