using Elbo.Engine;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Plots;

/// <summary>
/// The <c>elbo reconstruct</c> and <c>elbo denoise</c> commands: images beside their reconstructions.
/// </summary>
public static class ReconstructWorkflow
{
    /// <summary>Writes "original | reconstruction" of the first images.</summary>
    /// <param name="run">The run.</param>
    /// <param name="choice">The images.</param>
    /// <param name="sampled">Whether to add a third grid with sampled pixels.</param>
    /// <param name="options">Size and destination of the grid.</param>
    /// <returns>The path of the file, and the mean squared error per pixel.</returns>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static (string Path, double MeanSquaredError) Reconstruct(
        LoadedRun run,
        ImageChoice choice,
        bool sampled,
        GridOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        var (originals, labels, names, grid) = First(run, choice, sampled ? 3 : 2, options);
        var codes = Inference.Encode(run.Model, originals, labels.Span);
        var classes = ClassCondition.ToDecode(run.Model, labels);
        var restored = Inference.Decode(run.Model, codes, classes);
        var pixels = sampled
            ? Inference.DecodeSampled(run.Model, codes, new Rng(options.Seed).Fork("pixels"), classes)
            : null;
        var figure = ReconstructionFigure.Create(
            originals,
            restored,
            run.Model.ImageShape,
            grid.Rows,
            grid.Columns,
            run.Folder.Title(run.Config.Dataset, $"{choice.Subject}{run.Model.AsClass}"),
            sampled: pixels
        );
        return (
            GridWriter.Write(
                figure,
                run.Folder,
                $"reconstruct-{choice.Name}",
                options,
                run.Model.ImageShape,
                [
                    new NamedImages("reconstructions", restored),
                    new NamedImages("originals", originals),
                    .. pixels is null ? [] : (NamedImages[])[new NamedImages("samples", pixels)],
                ],
                names
            ),
            MeanSquaredError(originals, restored)
        );
    }

    /// <summary>Writes "original | noisy | restored" of the first images.</summary>
    /// <param name="run">The run.</param>
    /// <param name="choice">The images.</param>
    /// <param name="noise">Kind of noise; null uses that of the run, or Gaussian if it was trained without.</param>
    /// <param name="factor">Strength of the noise; null uses that of the run, or the default of the kind.</param>
    /// <param name="options">Size and destination of the grid.</param>
    /// <returns>
    /// The path of the file, and the mean squared errors per pixel of the noisy and the restored images.
    /// </returns>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static (string Path, double NoisyError, double RestoredError) Denoise(
        LoadedRun run,
        ImageChoice choice,
        NoiseKind? noise,
        float? factor,
        GridOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        var (originals, labels, names, grid) = First(run, choice, 3, options);
        var trained = run.Config.Noise;
        var kind = noise ?? (trained == NoiseKind.None ? NoiseKind.Gaussian : trained);
        float strength = factor ?? (kind == trained ? run.Config.NoiseFactor : InputNoise.UsualFactor(kind));
        new TrainerOptions { Noise = kind, NoiseFactor = strength }.Validate();
        var noisy = InputNoise.Apply(run.Model, originals, kind, strength, new Rng(options.Seed));
        var codes = Inference.Encode(run.Model, noisy, labels.Span);
        var restored = Inference.Decode(run.Model, codes, ClassCondition.ToDecode(run.Model, labels));
        var figure = ReconstructionFigure.Create(
            originals,
            restored,
            run.Model.ImageShape,
            grid.Rows,
            grid.Columns,
            run.Folder.Title(run.Config.Dataset, $"{choice.Subject}{run.Model.AsClass}"),
            noisy: noisy
        );
        return (
            GridWriter.Write(
                figure,
                run.Folder,
                $"denoise-{choice.Name}",
                options,
                run.Model.ImageShape,
                [
                    new NamedImages("restored", restored),
                    new NamedImages("noisy", noisy),
                    new NamedImages("originals", originals),
                ],
                names
            ),
            MeanSquaredError(originals, noisy),
            MeanSquaredError(originals, restored)
        );
    }

    /// <summary>
    /// The first images, their classes, names for a picture of each, and the size of each of the panels.
    /// </summary>
    private static (float[] Images, ReadOnlyMemory<byte> Labels, string[] Names, GridSize Grid) First(
        LoadedRun run,
        ImageChoice choice,
        int panels,
        GridOptions options
    )
    {
        options.Validate();
        var grid = options.Size(run.Config.Pictures.ReconstructionGrid);
        var images = run.ImagesToDecode(choice);
        grid = grid.For(images.Count);
        grid.RequirePixels("reconstruction-grid", run.Model.ImageShape, panels);
        images = images.Slice(0, (int)Math.Min(grid.Count, images.Count));
        return (
            ModelInputs.First(run.Model, run.Config, images, images.Count),
            ClassCondition.Labels(run.Model, images),
            PictureNames.Of(images),
            grid
        );
    }

    private static double MeanSquaredError(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (double)(a[i] - b[i]) * (a[i] - b[i]);
        return sum / a.Length;
    }
}
