using Elbo.Data;

namespace Elbo.Figures.Interactive;

/// <summary>
/// A scatter of two or three dimensions that a browser shows: pointing at a point shows its image, index and class; the
/// view can be moved, turned and enlarged, and classes can be hidden or shown alone. One text with everything in it,
/// which needs no network.
/// </summary>
public sealed record InteractiveScatter
{
    /// <summary>
    /// Coordinates, (N, <see cref="Dimensions"/>), row by row; points that are not finite are not shown.
    /// </summary>
    public required ReadOnlyMemory<float> Coordinates { get; init; }

    /// <summary>2 or 3.</summary>
    public required int Dimensions { get; init; }

    /// <summary>N class indices (−1 for none, as of noise in a clustering), or none at all; default none.</summary>
    public IReadOnlyList<int> Classes { get; init; } = [];

    /// <summary>Names for the legend, which lists all of them.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The images of the points, in their order; there may be more. Null shows none.</summary>
    public ImageDataset? Images { get; init; }

    /// <summary>Heading of the page, and what the picture is called for those who cannot see it.</summary>
    public string Title { get; init; } = "Latent space";

    /// <summary>A sentence or two under the title: what the axes mean, for example. Default nothing.</summary>
    public string Caption { get; init; } = "";

    /// <summary>Names of the axes; null names them z₁, z₂, z₃.</summary>
    public IReadOnlyList<string>? AxisLabels { get; init; }

    /// <summary>What the classes are, above the legend and beside a point's class: <c>label</c>.</summary>
    public string LegendTitle { get; init; } = "label";

    /// <summary>
    /// The standard deviation of the prior of the codes. Coordinates that span less than a thousandth of it are drawn
    /// at its scale instead of being magnified, and the page says that they have collapsed.
    /// </summary>
    public double PriorDeviation { get; init; } = 1;

    /// <summary>What the legend calls points of class −1.</summary>
    public string UnclassifiedName { get; init; } = "none";

    /// <summary>The number of points.</summary>
    public int Count => Dimensions > 0 ? Coordinates.Length / Dimensions : 0;

    /// <summary>The scatter of a dataset's first codes, with its labels and images.</summary>
    /// <param name="coordinates">(N, <paramref name="dimensions"/>), N at most the number of images.</param>
    /// <param name="dimensions">2 or 3.</param>
    /// <param name="images">The images that were encoded.</param>
    /// <exception cref="ArgumentException">There are fewer images than points.</exception>
    public static InteractiveScatter Of(ReadOnlyMemory<float> coordinates, int dimensions, ImageDataset images)
    {
        ArgumentNullException.ThrowIfNull(images);
        int count = dimensions > 0 ? coordinates.Length / dimensions : 0;
        if (count > images.Count)
            throw new ArgumentException(
                $"{count} points came with {images.Count} images; each point needs one.",
                nameof(coordinates)
            );
        return new InteractiveScatter
        {
            Coordinates = coordinates,
            Dimensions = dimensions,
            Classes = images.Labels is { } labels
                ? [.. labels.Span[..count].ToArray().Select(label => (int)label)]
                : [],
            ClassNames = images.ClassNames,
            Images = images,
        };
    }

    /// <summary>The whole page, HTML in UTF-8.</summary>
    /// <exception cref="ArgumentException">As <see cref="Validate"/>.</exception>
    public string ToPage() => ScatterPage.Page(this);

    /// <summary>
    /// The scatter without heading as one HTML element, with its style and script, to stand within another page.
    /// </summary>
    /// <param name="id">
    /// The element's identifier, other than those of its neighbours: letters, digits and hyphens.
    /// </param>
    /// <exception cref="ArgumentException">
    /// As <see cref="Validate"/>; or the identifier has other characters.
    /// </exception>
    public string ToFragment(string id = "scatter") => ScatterPage.Fragment(this, id);

    /// <summary>Checks that coordinates, classes and images belong together.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public void Validate()
    {
        if (Dimensions is not (2 or 3))
            throw new ArgumentException($"points of {Dimensions} dimensions came; an interactive scatter has 2 or 3.");
        if (Coordinates.Length % Dimensions != 0)
            throw new ArgumentException(
                $"{Coordinates.Length} numbers came; points of {Dimensions} dimensions need a multiple of that."
            );
        if (Classes.Count != 0 && Classes.Count != Count)
            throw new ArgumentException(
                $"{Classes.Count} classes came with {Count} points; each point needs one, or none has any."
            );
        foreach (int c in Classes)
            if (c < -1 || c >= ClassNames.Count)
                throw new ArgumentException(
                    $"class {c} came with {ClassNames.Count} names; −1 to {ClassNames.Count - 1} have a meaning."
                );
        if (Images is { } images && images.Count < Count)
            throw new ArgumentException($"{images.Count} images came with {Count} points; each point needs one.");
        if (AxisLabels is { } names && names.Count != Dimensions)
            throw new ArgumentException($"{names.Count} names of axes came; {Dimensions} dimensions need as many.");
        if (!(PriorDeviation > 0 && double.IsFinite(PriorDeviation)))
            throw new ArgumentException($"a prior deviation of {PriorDeviation} came; a positive number is needed.");
    }
}
