using Elbo.Data;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Evaluating;

/// <summary>
/// Some images as the model takes them, their reconstructions, and the absolute differences of the two.
/// </summary>
internal sealed class ReconstructedImages
{
    private readonly ImageShape _shape;
    private readonly float[] _originals;
    private readonly float[] _reconstructions;

    private ReconstructedImages(ImageShape shape, float[] originals, float[] reconstructions) =>
        (_shape, _originals, _reconstructions) = (shape, originals, reconstructions);

    /// <summary>Reconstructs the images at <paramref name="indices"/>.</summary>
    public static ReconstructedImages Of(LoadedRun run, ImageDataset images, int[] indices)
    {
        float[] originals = ModelInputs.Prepare(run.Model, run.Config, images.ToIntensities(indices));
        return new ReconstructedImages(
            images.Shape,
            originals,
            Inference.Reconstruct(
                run.Model,
                originals,
                ClassCondition.Pick(ClassCondition.Labels(run.Model, images), indices)
            )
        );
    }

    /// <summary>The image at a position of the indices.</summary>
    public Bitmap Original(int position) => Picture(_originals.AsSpan(position * _shape.PixelCount, _shape.PixelCount));

    /// <summary>Its reconstruction.</summary>
    public Bitmap Reconstruction(int position) =>
        Picture(_reconstructions.AsSpan(position * _shape.PixelCount, _shape.PixelCount));

    /// <summary>The absolute difference of both.</summary>
    public Bitmap Difference(int position)
    {
        float[] difference = new float[_shape.PixelCount];
        for (int i = 0, at = position * difference.Length; i < difference.Length; i++, at++)
            difference[i] = Math.Abs(_originals[at] - _reconstructions[at]);
        return Picture(difference);
    }

    private Bitmap Picture(ReadOnlySpan<float> image) => Bitmap.FromImage(image, _shape);
}
