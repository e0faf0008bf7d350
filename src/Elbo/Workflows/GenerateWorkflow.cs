using Elbo.Engine;
using Elbo.Models;
using Elbo.Visualization;

namespace Elbo.Workflows;

/// <summary>What <c>elbo generate</c> does: images from codes nobody encoded.</summary>
public static class GenerateWorkflow
{
    /// <summary>Decodes codes from the prior N(0, I), or of a regular grid over two latent dimensions.</summary>
    /// <param name="run">The run.</param>
    /// <param name="mode">Where codes come from.</param>
    /// <param name="range">For <see cref="GenerationMode.Uniform"/>: the grid covers ±this.</param>
    /// <param name="axes">For <see cref="GenerationMode.Uniform"/>: the two latent dimensions, from 0; the others stay 0.</param>
    /// <param name="sampled">Whether images are drawn pixel by pixel instead of showing their means.</param>
    /// <param name="options">Size and place of the grid.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static string Run(LoadedRun run, GenerationMode mode, float range, (int X, int Y) axes, bool sampled, GridOptions options)
    {
        ArgumentNullException.ThrowIfNull(run);
        options.Validate();
        if (!(range > 0 && float.IsFinite(range))) throw new ArgumentException($"range is {range}; it must be a positive number.");
        int latent = run.Model.LatentDim;
        var rng = new Rng(options.Seed);
        float[] codes = mode == GenerationMode.Random ? Prior(options.Count ?? options.Rows * options.Columns, latent, rng) : Grid(options, latent, range, axes);
        var images = sampled ? Inference.DecodeSampled(run.Model, codes, rng.Fork("pixels")) : Inference.Decode(run.Model, codes);
        var panel = ReconstructionFigure.Panel(mode == GenerationMode.Random ? "samples from the prior" : $"z{axes.X + 1} to the right, z{axes.Y + 1} upwards, ±{range}", images, run.Model.ImageShape, options.Rows, options.Columns);
        return GridWriter.Write(new ImagePanels([panel], ""), run.Folder, $"generate-{OptionName.Name(mode)}", options, images, run.Model.ImageShape);
    }

    private static float[] Prior(int count, int latent, Rng rng)
    {
        var codes = new float[count * latent];
        foreach (ref float z in codes.AsSpan()) z = rng.NextNormal();
        return codes;
    }

    private static float[] Grid(GridOptions options, int latent, float range, (int X, int Y) axes)
    {
        if (latent < 2) throw new ArgumentException("the run has one latent dimension; a grid needs two. Take --mode random.");
        if ((uint)axes.X >= (uint)latent || (uint)axes.Y >= (uint)latent || axes.X == axes.Y) throw new ArgumentException($"axes are {axes.X},{axes.Y}; they must be two different latent dimensions from 0 to {latent - 1}.");
        var plane = ManifoldGrid.Codes(options.Columns, options.Rows, range);
        int count = options.Count ?? plane.Length / 2;
        var codes = new float[count * latent];
        for (int i = 0; i < count; i++)
        {
            // The plane's first row is its lowest; the picture's is its highest.
            int point = (options.Rows - 1 - i / options.Columns) * options.Columns + i % options.Columns;
            (codes[i * latent + axes.X], codes[i * latent + axes.Y]) = (plane[2 * point], plane[2 * point + 1]);
        }
        return codes;
    }
}
