using System.Diagnostics;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Nn;

namespace Elbo.Training;

/// <summary>Images that a model is evaluated on after every epoch and not trained on.</summary>
/// <param name="Split">What figures call them: <c>validation</c> or <c>test</c>.</param>
/// <param name="Images">Where they are.</param>
/// <param name="Indices">Which of them, at least one.</param>
internal sealed record HeldOutImages(string Split, ImageDataset Images, int[] Indices)
{
    /// <summary>All of <paramref name="images"/>.</summary>
    public static HeldOutImages All(string split, ImageDataset images) =>
        new(split, images, [.. Enumerable.Range(0, images.Count)]);
}

/// <summary>
/// The loss of a model on images it is not trained on: one latent sample each, no dropout, no noise, full weight of the
/// KL divergence.
/// </summary>
public static class BoundEvaluator
{
    private const int BatchSize = 500;

    /// <summary>
    /// Means over <paramref name="indices"/> of <paramref name="images"/>. The same rng gives the same figures.
    /// </summary>
    /// <param name="model">What is evaluated.</param>
    /// <param name="images">Where the images are.</param>
    /// <param name="indices">Which of them.</param>
    /// <param name="split">What to call them.</param>
    /// <param name="options">Binarisation and β, as in training.</param>
    /// <param name="rng">Latent samples.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ArgumentException">There are no images.</exception>
    public static EpochMetrics Evaluate(
        GenerativeModel model,
        ImageDataset images,
        ReadOnlySpan<int> indices,
        string split,
        TrainerOptions options,
        Rng rng,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        if (indices.IsEmpty)
            throw new ArgumentException($"the {split} split has no images.", nameof(indices));
        var clock = Stopwatch.StartNew();
        double loss = 0;
        var terms = new List<(string Name, double Value)>();
        using var pause = model.Device.Tape.Pause();
        for (int start = 0; start < indices.Length; start += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = indices.Slice(start, Math.Min(BatchSize, indices.Length - start));
            using var scope = model.Device.BeginStep();
            var stream = rng.Fork((ulong)start);
            var x = InputNoise.Binarize(
                model.Device.Images(images.Pixels.Span, batch, images.Shape.PixelCount),
                options.Binarize,
                stream
            );
            var result = model.Objective.ComputeLoss(
                model,
                x,
                x,
                new ForwardContext(stream, Training: false, options.Beta)
            );
            loss += (double)result.Loss.ToScalar() * batch.Length;
            for (int i = 0; i < result.Terms.Length; i++)
            {
                if (terms.Count == i)
                    terms.Add((result.Terms[i].Name, 0));
                terms[i] = (terms[i].Name, terms[i].Value + (double)result.Terms[i].Value.ToScalar() * batch.Length);
            }
        }
        int count = indices.Length;
        return new EpochMetrics(
            0,
            split,
            loss / count,
            [.. terms.Select(t => (t.Name, t.Value / count))],
            0,
            count / clock.Elapsed.TotalSeconds,
            0
        );
    }
}
