using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>What a run trains, made of its options and its data: model, split of the images, training loop.</summary>
internal sealed class TrainingSetup
{
    private readonly HeldOutImages[] _heldOut;

    /// <summary>Builds the model with its initial weights, and the loop at its start. Touches no file.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or does not go with the images.</exception>
    public TrainingSetup(RunConfig config, DatasetSplits data, Device device)
    {
        (Config, Test) = (config, data.Test);
        var rng = new Rng(config.Seed);
        var split = IndexSplit.ByFraction(data.Train.Count, config.ValidationFraction, rng.Fork("validation"));
        HeldOutImages[] validation =
            data.Validation is { } own ? [HeldOutImages.All("validation", own)]
            : split.Validation.Length > 0 ? [new HeldOutImages("validation", data.Train, split.Validation)]
            : [];
        _heldOut = [.. validation, HeldOutImages.All("test", data.Test)];
        TrainImages = split.Train.Length;
        Model = config.ModelOptions.Create(data.Train.Shape, device, rng.Fork("weights"));
        Loop = new TrainingLoop(Model, config, data.Train, split.Train, _heldOut, rng);
    }

    /// <summary>All options.</summary>
    public RunConfig Config { get; }

    /// <summary>What is trained.</summary>
    public GenerativeModel Model { get; }

    /// <summary>Trains it, epoch by epoch.</summary>
    public TrainingLoop Loop { get; }

    /// <summary>Images trained on.</summary>
    public int TrainImages { get; }

    /// <summary>Images kept for validation.</summary>
    public int ValidationImages => _heldOut is [var validation, _] ? validation.Indices.Length : 0;

    /// <summary>Images kept for testing.</summary>
    public ImageDataset Test { get; }

    /// <summary>
    /// Whether the weights of the best epoch are kept. Test images alone choose an epoch only for early stopping, where
    /// there is nothing else to watch.
    /// </summary>
    public bool KeepsBest => ValidationImages > 0 || Config.EarlyStopping > 0;
}
