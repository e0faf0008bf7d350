using System.Numerics;
using Elbo.Visualization.Drawing;
using Elbo.Visualization.Plotting;

namespace Elbo.Visualization;

/// <summary>Where images lie in a two-dimensional latent space, coloured by class, one unit equally long in both directions.</summary>
public static class LatentScatter
{
    /// <summary>The scatter of codes with a class each.</summary>
    /// <param name="codes">(N, 2), row by row: z₁ to the right, z₂ upwards.</param>
    /// <param name="labels">N class indices (−1 for none, as of noise in a clustering), or none at all.</param>
    /// <param name="classNames">Names for the legend, which lists all of them.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="unclassifiedName">What the legend calls images of class −1.</param>
    /// <exception cref="ArgumentException">The codes are not (N, 2), or the labels do not match them or the names.</exception>
    public static Plot Create<TLabel>(
        ReadOnlySpan<float> codes, ReadOnlySpan<TLabel> labels, IReadOnlyList<string> classNames, string title = "Latent space", string unclassifiedName = "none")
        where TLabel : IBinaryInteger<TLabel>
    {
        if (codes.Length % 2 != 0) throw new ArgumentException($"{codes.Length} numbers came; a scatter needs codes of (N, 2).", nameof(codes));
        var points = new Point[codes.Length / 2];
        for (int i = 0; i < points.Length; i++) points[i] = new Point(codes[2 * i], codes[(2 * i) + 1]);
        var classes = new int[labels.Length];
        for (int i = 0; i < classes.Length; i++) classes[i] = int.CreateChecked(labels[i]);
        return new Plot
        {
            Title = title,
            Width = 480,
            Height = 400,
            EqualAspect = true,
            XAxis = new Axis { Label = "z₁" },
            YAxis = new Axis { Label = "z₂" },
            Series = [new ScatterSeries(points, classes, classNames) { UnclassifiedName = unclassifiedName }],
        };
    }

    /// <summary>The scatter of codes whose classes are unknown, in one colour without a legend.</summary>
    /// <exception cref="ArgumentException">The codes are not (N, 2).</exception>
    public static Plot Create(ReadOnlySpan<float> codes, string title = "Latent space") => Create<int>(codes, [], [], title);
}
