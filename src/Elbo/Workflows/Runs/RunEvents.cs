using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Formats.TensorBoard;
using Elbo.Formats.TensorBoard.Messages;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Evaluating;

namespace Elbo.Workflows.Runs;

/// <summary>
/// Writes a run's TensorBoard events: its options in <c>events/</c>, and in a sub-folder per split its curves,
/// histograms and images.
/// </summary>
/// <remarks>
/// The step is the epoch. The values of an epoch are one record per file, on disk before the epoch's checkpoint. A run
/// that resumes from a checkpoint therefore has all events up to it; it removes later ones and writes them again.
/// </remarks>
internal sealed class RunEvents : IDisposable
{
    /// <summary>Number of images whose codes are shown as histograms after an epoch.</summary>
    private const int CodesCounted = 2_000;

    /// <summary>Maximum number of latent dimensions with separate histograms; above it there is one for all.</summary>
    private const int MostDimensions = 32;

    /// <summary>Options that affect where and how a run is written, but not its result.</summary>
    private static readonly string[] Housekeeping =
    [
        "data-dir",
        "threads",
        "device",
        "checkpoint-every",
        "keep-checkpoints",
        "image-every",
        "tensorboard",
        "name",
        .. PictureOptions.List.Select(option => option.Name),
        .. PeriodicEvaluation.List.Select(option => option.Name),
    ];

    private readonly RunFolder _run;
    private readonly RunConfig _config;
    private readonly GenerativeModel _model;
    private readonly ImageDataset _test;
    private readonly RunPictures _pictures;
    private readonly int _epochs;
    private readonly EventFile _options;
    private readonly Dictionary<string, EventFile> _splits = [];

    /// <summary>Continues after <paramref name="epochs"/> epochs, or starts if that is 0.</summary>
    public RunEvents(
        RunFolder run,
        RunConfig config,
        GenerativeModel model,
        ImageDataset test,
        RunPictures pictures,
        int epochs,
        DateTimeOffset started
    )
    {
        (_run, _config, _model, _test, _pictures, _epochs) = (run, config, model, test, pictures, epochs);
        // Options are written at every start, because the number of epochs may have changed.
        _options = EventFile.Open(run.Events(), lastStep: -1);
        _options.Append(0, [HyperParameters.Start(Options(), started)]);
        _options.AppendGraph(ModelGraph.Of(model));
    }

    /// <summary>Writes the results of an epoch.</summary>
    /// <param name="figures">The metrics of each split.</param>
    /// <param name="pictures">
    /// Figures drawn after the epoch; null for epochs without figures, which have no histograms either.
    /// </param>
    public void EndEpoch(IReadOnlyList<EpochMetrics> figures, IReadOnlyList<EpochPicture>? pictures)
    {
        foreach (var row in figures)
        {
            IEnumerable<Summary.Types.Value> values = Scalars(row);
            if (pictures is not null && _config.Tensorboard == TensorboardDetail.All)
            {
                if (row.Split == "train")
                    values = [.. values, .. Parameters()];
                if (row.Split == "test")
                    values =
                    [
                        .. values,
                        .. Codes(),
                        .. pictures
                            .Append(_pictures.DrawSamples())
                            .Select(picture => SummaryValue.Image($"images/{picture.Name}", picture.Png)),
                    ];
            }
            Split(row.Split).Append(row.Epoch, values);
        }
    }

    /// <summary>Writes the figures of an evaluation after an epoch, all in one sub-folder.</summary>
    /// <remarks>
    /// The first evaluation of a process repeats one whose event may have been written, if the process before it ended
    /// in between.
    /// </remarks>
    public void Evaluated(ModelEvaluation evaluation, int epoch)
    {
        const string Folder = "evaluation";
        if (!_splits.TryGetValue(Folder, out var file))
            file = _splits[Folder] = EventFile.Open(_run.Events(Folder), epoch - 1);
        file.Append(
            epoch,
            evaluation
                .Figures.Where(figure => double.IsFinite(figure.Value))
                .Select(figure => SummaryValue.Scalar($"evaluation/{figure.Name}", figure.Value))
        );
    }

    /// <summary>Marks the run as complete.</summary>
    public void End() => _options.Append(0, [HyperParameters.End(DateTimeOffset.UtcNow)]);

    public void Dispose()
    {
        _options.Dispose();
        foreach (var file in _splits.Values)
            file.Dispose();
    }

    private EventFile Split(string name) =>
        _splits.TryGetValue(name, out var file) ? file : _splits[name] = EventFile.Open(_run.Events(name), _epochs);

    private JsonObject Options()
    {
        var options = RunSettings.ToJson(_config);
        foreach (string name in Housekeeping)
            options.Remove(name);
        return options;
    }

    private static IEnumerable<Summary.Types.Value> Scalars(EpochMetrics row)
    {
        yield return SummaryValue.Scalar("loss", row.Loss);
        foreach (var (name, value) in row.Terms.Concat(row.Figures))
            yield return SummaryValue.Scalar(name, value);
        if (row.Split == "train")
            yield return SummaryValue.Scalar("learning_rate", row.LearningRate);
    }

    // TensorBoard shows one kind of value per tag, and the terms of the loss have plain names: all other tags have a
    // prefix.

    /// <summary>
    /// Histograms of the weights, and of the gradients of the epoch's last step as used by the optimiser.
    /// </summary>
    private IEnumerable<Summary.Types.Value> Parameters()
    {
        foreach (var parameter in _model.Parameters.All)
        {
            if (SummaryValue.Histogram($"weights/{parameter.Name}", parameter.Value.Read()) is { } weights)
                yield return weights;
            if (
                SummaryValue.Histogram($"gradients/{parameter.Name}", parameter.Value.Gradient!.Read()) is { } gradients
            )
                yield return gradients;
        }
    }

    /// <summary>Histograms of the means of q(z|x) for test images, for each dimension and for all together.</summary>
    private IEnumerable<Summary.Types.Value> Codes()
    {
        int dimensions = _model.LatentDim;
        float[] codes = ModelInputs.Codes(_model, _config, _test, Math.Min(CodesCounted, _test.Count));
        if (SummaryValue.Histogram("latent_means/all", codes) is { } all)
            yield return all;
        if (dimensions is 1 or > MostDimensions)
            yield break;
        float[] one = new float[codes.Length / dimensions];
        for (int d = 0; d < dimensions; d++)
        {
            for (int i = 0; i < one.Length; i++)
                one[i] = codes[(i * dimensions) + d];
            if (SummaryValue.Histogram($"latent_means/z{d + 1}", one) is { } dimension)
                yield return dimension;
        }
    }
}
