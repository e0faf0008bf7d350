using System.Globalization;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Training;

namespace Elbo.Workflows;

/// <summary>
/// The file that keeps a run's weights of its best epoch: a model file that says which epoch and loss they are of.
/// </summary>
/// <remarks>
/// What is best is read from the file, not from checkpoints: after a crash it may be of an epoch that is trained once
/// more, to the same weights.
/// </remarks>
internal sealed class BestWeights(string path)
{
    private const string EpochKey = "epoch",
        SplitKey = "split",
        LossKey = "loss";

    /// <summary>Keeps the model's weights as those of an epoch.</summary>
    public void Save(GenerativeModel model, BestEpoch best) => ModelFile.Save(model, path, Notes(best));

    /// <summary>Which epoch the weights are of; null where none are kept.</summary>
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

    /// <summary>Gives the model the weights that are kept.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or of another model.</exception>
    public void Restore(GenerativeModel model) => ModelFile.Load(model, path);

    /// <summary>What a model file with these weights says of them.</summary>
    public static IReadOnlyDictionary<string, string> Notes(BestEpoch best) =>
        new Dictionary<string, string>
        {
            [EpochKey] = best.Epoch.ToString(CultureInfo.InvariantCulture),
            [SplitKey] = best.Split,
            [LossKey] = best.Loss.ToString("R", CultureInfo.InvariantCulture),
        };
}
