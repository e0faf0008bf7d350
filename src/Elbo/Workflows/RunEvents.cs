using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Formats.TensorBoard;
using Elbo.Formats.TensorBoard.Messages;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>
/// What a run tells TensorBoard: in <c>events/</c> its options, and in a folder below for each split its curves,
/// histograms and pictures.
/// </summary>
/// <remarks>
/// Steps are epochs. What belongs to an epoch is one record a file, on the disk before the epoch's checkpoint: a run
/// that resumes from one has all events up to it, cuts off later ones, and writes those again.
/// </remarks>
internal sealed class RunEvents : IDisposable
{
    /// <summary>Images whose codes are counted after an epoch.</summary>
    private const int CodesCounted = 2_000;

    /// <summary>Beyond so many latent dimensions they are counted together only.</summary>
    private const int MostDimensions = 32;

    /// <summary>What decides where and how a run is written, but not what it computes.</summary>
    private static readonly string[] Housekeeping =
    [
        "data-dir",
        "threads",
        "checkpoint-every",
        "keep-checkpoints",
        "image-every",
        "tensorboard",
        "name",
    ];

    private readonly RunFolder _run;
    private readonly RunConfig _config;
    private readonly GenerativeModel _model;
    private readonly ImageDataset _test;
    private readonly RunPictures _pictures;
    private readonly int _epochs;
    private readonly EventFile _options;
    private readonly Dictionary<string, EventFile> _splits = [];

    /// <summary>Goes on after <paramref name="epochs"/> epochs, or begins where that is 0.</summary>
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
        // Options are told anew each time: the number of epochs may have changed.
        _options = EventFile.Open(run.Events(), lastStep: -1);
        _options.Append(0, [HyperParameters.Start(Options(), started)]);
    }

    /// <summary>Writes what an epoch has given.</summary>
    /// <param name="figures">Of each split.</param>
    /// <param name="pictures">Those that were drawn; null in epochs without pictures, which have no histograms
    /// either.</param>
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

    /// <summary>Notes that all epochs are done.</summary>
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

    // A tag is of one kind in TensorBoard, and terms of the loss have the plain names: all else has a prefix.

    /// <summary>Weights, and the gradients of the epoch's last step as the optimiser got them.</summary>
    private IEnumerable<Summary.Types.Value> Parameters()
    {
        foreach (var parameter in _model.Parameters.All)
        {
            if (SummaryValue.Histogram($"weights/{parameter.Name}", parameter.Value.AsSpan()) is { } weights)
                yield return weights;
            if (
                SummaryValue.Histogram($"gradients/{parameter.Name}", parameter.Value.Gradient!.AsSpan()) is
                { } gradients
            )
                yield return gradients;
        }
    }

    /// <summary>Means of q(z|x) of test images, each dimension by itself and all together.</summary>
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
