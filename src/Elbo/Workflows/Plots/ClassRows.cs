using Elbo.Engine;
using Elbo.Figures;
using Elbo.Models;

namespace Elbo.Workflows.Plots;

/// <summary>The same codes decoded as every class of a conditional model: one row per class.</summary>
internal static class ClassRows
{
    /// <summary>Expected images of the codes as each class, (classes, codes, pixels).</summary>
    /// <param name="model">A conditional model.</param>
    /// <param name="codes">The codes, (codes, Z).</param>
    /// <param name="pixels">Random numbers to sample pixels with, the same in every class; null shows the mean.</param>
    public static float[] Decode(GenerativeModel model, float[] codes, Rng? pixels = null) =>
        [
            .. Enumerable
                .Range(0, model.Options.Condition!.Count)
                .Select(model.Given)
                .SelectMany(given =>
                    pixels is null
                        ? Inference.Decode(given, codes)
                        : Inference.DecodeSampled(given, codes, pixels.Fork("class"))
                ),
        ];

    /// <summary>The figure of images as <see cref="Decode"/> returns them, with the names of the classes.</summary>
    public static ImageRows Figure(GenerativeModel model, float[] images, string title)
    {
        var shape = model.ImageShape;
        var classes = model.Options.Condition!;
        return new ImageRows(
            [
                .. images
                    .Chunk(images.Length / classes.Count)
                    .Select(
                        (row, label) =>
                            new ImageRow(
                                classes[label],
                                [.. row.Chunk(shape.PixelCount).Select(x => new ImageCell(Bitmap.FromImage(x, shape)))]
                            )
                    ),
            ],
            title
        );
    }
}
