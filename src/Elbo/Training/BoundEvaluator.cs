using System.Diagnostics;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Nn;

namespace Elbo.Training;

/// <summary>A held-out set: images that a model is evaluated on after every epoch but not trained on.</summary>
/// <param name="Split">Name of the set in metrics: <c>validation</c> or <c>test</c>.</param>
/// <param name="Images">The dataset that contains them.</param>
/// <param name="Indices">Their indices in the dataset, at least one.</param>
internal sealed record HeldOutImages(string Split, ImageDataset Images, int[] Indices)
{
    /// <summary>All images of a dataset as a held-out set.</summary>
    public static HeldOutImages All(string split, ImageDataset images) =>
        new(split, images, [.. Enumerable.Range(0, images.Count)]);

    /// <summary>Requires images of the model's shape, and indices of some of them.</summary>
    /// <exception cref="ArgumentException">The images have another shape, or an index is of none.</exception>
    public static void RequireFor(GenerativeModel model, ImageDataset images, ReadOnlySpan<int> indices)
    {
        if (images.Shape != model.ImageShape)
            throw new ArgumentException(
                $"the images of {images.Name} are {images.Shape}; the model is for {model.ImageShape}.",
                nameof(images)
            );
        foreach (int index in indices)
            Require.Index(index, images.Count, "images");
    }
}

/// <summary>
/// Evaluates the loss of a model on held-out images, with one latent sample each, no dropout, no noise, and the full
/// weight of the KL divergence.
/// </summary>
public static class BoundEvaluator
{
    private const int BatchSize = 500;

    /// <summary>
    /// Computes the mean loss and its terms over a set of images. The same generator gives the same values.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="images">The dataset.</param>
    /// <param name="indices">Indices of the images to evaluate.</param>
    /// <param name="split">Name of the set in the metrics.</param>
    /// <param name="options">Binarisation and β, as in training.</param>
    /// <param name="rng">Random numbers for the latent samples.</param>
    /// <param name="cancellation">Cancels the evaluation.</param>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    /// <exception cref="ArgumentException">
    /// There are no images, they have another shape, an index is not of one of them, or a conditional model does not know
    /// their classes.
    /// </exception>
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
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(rng);
        HeldOutImages.RequireFor(model, images, indices);
        if (indices.IsEmpty)
            throw new ArgumentException($"the {split} split has no images.", nameof(indices));
        var labels = ClassCondition.Labels(model, images);
        var clock = Stopwatch.StartNew();
        double loss = 0;
        var terms = new List<(string Name, double Value)>();
        var losses = new StepLosses(model.Device);
        using var pause = model.Device.Tape.Pause();
        for (int start = 0; start < indices.Length; start += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = indices.Slice(start, Math.Min(BatchSize, indices.Length - start));
            losses.Reserve();
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
                {
                    Condition = model.OneHot(ClassCondition.Pick(labels, batch)),
                }
            );
            losses.Add(result, batch.Length, start);
            if (losses.IsFull)
                Read();
        }
        Read();
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

        void Read()
        {
            foreach (var step in losses.Take())
            {
                loss += (double)step.Loss * step.Images;
                for (int i = 0; i < step.Terms.Length; i++)
                {
                    if (terms.Count == i)
                        terms.Add((step.Terms[i].Name, 0));
                    terms[i] = (terms[i].Name, terms[i].Value + (double)step.Terms[i].Value * step.Images);
                }
            }
        }
    }
}
