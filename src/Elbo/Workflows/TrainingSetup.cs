using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>The model, the image splits and the training loop of a run, created from its options and data.</summary>
internal sealed class TrainingSetup
{
    private readonly HeldOutImages[] _heldOut;

    /// <summary>Creates the model with its initial weights, and the loop at its start. Accesses no file.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or does not suit the images.</exception>
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

    /// <summary>Options of the run.</summary>
    public RunConfig Config { get; }

    /// <summary>The model to train.</summary>
    public GenerativeModel Model { get; }

    /// <summary>The training loop.</summary>
    public TrainingLoop Loop { get; }

    /// <summary>Number of training images.</summary>
    public int TrainImages { get; }

    /// <summary>Number of validation images.</summary>
    public int ValidationImages => _heldOut is [var validation, _] ? validation.Indices.Length : 0;

    /// <summary>The test images.</summary>
    public ImageDataset Test { get; }

    /// <summary>
    /// Whether the weights of the best epoch are kept. Test images decide on the best epoch only for early stopping
    /// without validation images.
    /// </summary>
    public bool KeepsBest => ValidationImages > 0 || Config.EarlyStopping > 0;
}
