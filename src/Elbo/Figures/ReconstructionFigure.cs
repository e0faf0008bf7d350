using Elbo.Data;

namespace Elbo.Figures;

/// <summary>Images beside what the model made of them, as captioned grids in the same order.</summary>
/// <remarks>All images are floats in [0, 1], (N, C, H, W).</remarks>
public static class ReconstructionFigure
{
    private const int Padding = 1;

    /// <summary>"original | reconstruction", or "original | noisy | restored", and at the right "sampled".</summary>
    /// <param name="originals">The clean images.</param>
    /// <param name="reconstructions">Expected images of their codes, or of the noisy images' codes.</param>
    /// <param name="shape">Size of one image.</param>
    /// <param name="rows">Rows of each grid.</param>
    /// <param name="columns">Columns of each grid.</param>
    /// <param name="title">What stands above all; default nothing.</param>
    /// <param name="noisy">What the encoder saw instead of the originals; default nothing, without a panel.</param>
    /// <param name="sampled">Images of the same codes drawn pixel by pixel; default nothing, without a panel.</param>
    /// <exception cref="ArgumentException">The lists differ in length, are not whole images, or exceed
    /// rows·columns.</exception>
    public static ImagePanels Create(
        ReadOnlySpan<float> originals,
        ReadOnlySpan<float> reconstructions,
        ImageShape shape,
        int rows,
        int columns,
        string title = "",
        ReadOnlySpan<float> noisy = default,
        ReadOnlySpan<float> sampled = default
    )
    {
        RequireSameLength(originals, reconstructions, "reconstructions");
        List<ImagePanel> panels = [Panel("original", originals, shape, rows, columns)];
        if (!noisy.IsEmpty)
        {
            RequireSameLength(originals, noisy, "noisy images");
            panels.Add(Panel("noisy", noisy, shape, rows, columns));
        }
        panels.Add(Panel(noisy.IsEmpty ? "reconstruction" : "restored", reconstructions, shape, rows, columns));
        if (!sampled.IsEmpty)
        {
            RequireSameLength(originals, sampled, "sampled images");
            panels.Add(Panel("sampled", sampled, shape, rows, columns));
        }
        return new ImagePanels(panels, title);
    }

    /// <summary>One grid of images under a caption of one's own, for <see cref="ImagePanels"/>.</summary>
    /// <exception cref="ArgumentException">The values are not whole images, or exceed rows·columns.</exception>
    public static ImagePanel Panel(
        string caption,
        ReadOnlySpan<float> images,
        ImageShape shape,
        int rows,
        int columns
    ) => new(caption, ImageGrid.Compose(images, shape, rows, columns, new ImageGridOptions { Padding = Padding }));

    private static void RequireSameLength(ReadOnlySpan<float> originals, ReadOnlySpan<float> others, string what)
    {
        if (originals.Length != others.Length)
            throw new ArgumentException(
                $"{originals.Length} values of originals came with {others.Length} of {what}; as many are needed.",
                nameof(others)
            );
    }
}
