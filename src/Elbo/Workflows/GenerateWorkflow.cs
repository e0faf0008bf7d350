using Elbo.Engine;
using Elbo.Models;
using Elbo.Visualization;

namespace Elbo.Workflows;

/// <summary>What <c>elbo generate</c> does: images from codes nobody encoded.</summary>
public static class GenerateWorkflow
{
    /// <summary>Decodes codes from the model's prior, or of a regular grid over two latent dimensions, or a line along one.</summary>
    /// <param name="run">The run.</param>
    /// <param name="mode">Where codes come from.</param>
    /// <param name="range">For <see cref="GenerationMode.Uniform"/>: the grid covers ±this.</param>
    /// <param name="axes">
    /// For <see cref="GenerationMode.Uniform"/>: the two latent dimensions of a grid, or the one of a line, counted from 1; the others
    /// stay 0. Null takes the first two, or the only one.
    /// </param>
    /// <param name="sampled">Whether images are drawn pixel by pixel instead of showing their means.</param>
    /// <param name="options">Size and place of the grid.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static string Run(LoadedRun run, GenerationMode mode, float range, IReadOnlyList<int>? axes, bool sampled, GridOptions options)
    {
        ArgumentNullException.ThrowIfNull(run);
        options.Validate();
        if (!(range > 0 && float.IsFinite(range))) throw new ArgumentException($"range is {range}; it must be a positive number.");
        int latent = run.Model.LatentDim;
        var rng = new Rng(options.Seed);
        string caption = "samples from the prior";
        float[] codes;
        if (mode == GenerationMode.Random) codes = Inference.SamplePrior(run.Model, options.Count ?? options.Rows * options.Columns, rng);
        else
        {
            axes = ChosenAxes(axes, latent);
            if (axes.Count == 1) options = OnALine(options);
            codes = axes.Count == 1 ? Line(options.Count!.Value, latent, range, axes[0] - 1) : Grid(options, latent, range, axes[0] - 1, axes[1] - 1);
            caption = (axes.Count == 1 ? $"z{axes[0]} to the right, ±{range}" : $"z{axes[0]} to the right, z{axes[1]} upwards, ±{range}") + (latent > axes.Count ? ", all else 0" : "");
        }
        var images = sampled ? Inference.DecodeSampled(run.Model, codes, rng.Fork("pixels")) : Inference.Decode(run.Model, codes);
        var panel = ReconstructionFigure.Panel(caption, images, run.Model.ImageShape, options.Rows, options.Columns);
        return GridWriter.Write(new ImagePanels([panel], ""), run.Folder, $"generate-{OptionName.Name(mode)}", options, images, run.Model.ImageShape);
    }

    private static IReadOnlyList<int> ChosenAxes(IReadOnlyList<int>? axes, int latent)
    {
        axes ??= latent == 1 ? [1] : [1, 2];
        if (axes.Count is < 1 or > 2 || axes.Any(axis => axis < 1 || axis > latent) || axes.Distinct().Count() < axes.Count)
            throw new ArgumentException(latent == 1 ? $"axes are {string.Join(',', axes)}; the run has one latent dimension, 1." : $"axes are {string.Join(',', axes)}; they must be one or two different latent dimensions from 1 to {latent}.");
        return axes;
    }

    /// <summary>One row, or as many as hold the images that were asked for.</summary>
    private static GridOptions OnALine(GridOptions options)
    {
        int count = options.Count ?? options.Columns;
        return options with { Count = count, Rows = (count - 1) / options.Columns + 1 };
    }

    private static float[] Line(int count, int latent, float range, int axis)
    {
        var line = ManifoldGrid.Codes(count, 1, range);
        var codes = new float[count * latent];
        for (int i = 0; i < count; i++) codes[i * latent + axis] = line[2 * i];
        return codes;
    }

    private static float[] Grid(GridOptions options, int latent, float range, int x, int y)
    {
        var plane = ManifoldGrid.Codes(options.Columns, options.Rows, range);
        int count = options.Count ?? plane.Length / 2;
        var codes = new float[count * latent];
        for (int i = 0; i < count; i++)
        {
            // The plane's first row is its lowest; the picture's is its highest.
            int point = (options.Rows - 1 - i / options.Columns) * options.Columns + i % options.Columns;
            (codes[i * latent + x], codes[i * latent + y]) = (plane[2 * point], plane[2 * point + 1]);
        }
        return codes;
    }
}
