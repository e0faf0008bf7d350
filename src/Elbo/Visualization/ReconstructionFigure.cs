using Elbo.Data;

namespace Elbo.Visualization;

/// <summary>Images beside what the model made of them, as captioned grids in the same order.</summary>
/// <remarks>All images are floats in [0, 1], (N, C, H, W).</remarks>
public static class ReconstructionFigure
{
    private const int Padding = 1;

    /// <summary>"original | reconstruction".</summary>
    /// <exception cref="ArgumentException">The lists differ in length, are not whole images, or exceed rows·columns.</exception>
    public static ImagePanels Create(
        ReadOnlySpan<float> originals, ReadOnlySpan<float> reconstructions, ImageShape shape, int rows, int columns, string title = "")
    {
        RequireSameLength(originals, reconstructions, "reconstructions");
        return new([Panel("original", originals, shape, rows, columns), Panel("reconstruction", reconstructions, shape, rows, columns)], title);
    }

    /// <summary>"original | noisy | restored".</summary>
    /// <exception cref="ArgumentException">The lists differ in length, are not whole images, or exceed rows·columns.</exception>
    public static ImagePanels CreateDenoising(
        ReadOnlySpan<float> originals, ReadOnlySpan<float> noisy, ReadOnlySpan<float> restored, ImageShape shape, int rows, int columns, string title = "")
    {
        RequireSameLength(originals, noisy, "noisy images");
        RequireSameLength(originals, restored, "restored images");
        return new(
            [
                Panel("original", originals, shape, rows, columns),
                Panel("noisy", noisy, shape, rows, columns),
                Panel("restored", restored, shape, rows, columns),
            ],
            title);
    }

    /// <summary>One grid of images under a caption of one's own, for <see cref="ImagePanels"/>.</summary>
    /// <exception cref="ArgumentException">The values are not whole images, or exceed rows·columns.</exception>
    public static ImagePanel Panel(string caption, ReadOnlySpan<float> images, ImageShape shape, int rows, int columns)
        => new(caption, ImageGrid.Compose(images, shape, rows, columns, new ImageGridOptions { Padding = Padding }));

    private static void RequireSameLength(ReadOnlySpan<float> originals, ReadOnlySpan<float> others, string what)
    {
        if (originals.Length != others.Length)
            throw new ArgumentException($"{originals.Length} values of originals came with {others.Length} of {what}; as many are needed.", nameof(others));
    }
}
