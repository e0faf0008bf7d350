using Elbo.Data;

namespace Elbo.Figures.Interactive;

/// <summary>
/// An interactive scatter plot in two or three dimensions for a browser. Hovering over a point shows its image, index
/// and class. The view can be panned, rotated and zoomed, and classes can be hidden or shown alone. With
/// <see cref="Frames"/>, a slider and a button that plays move the points. The output is self-contained and needs no
/// network.
/// </summary>
public sealed record InteractiveScatter
{
    /// <summary>
    /// Coordinates (N, <see cref="Dimensions"/>), row-major. Points that are not finite are not shown.
    /// </summary>
    public required ReadOnlyMemory<float> Coordinates { get; init; }

    /// <summary>Number of dimensions, 2 or 3.</summary>
    public required int Dimensions { get; init; }

    /// <summary>
    /// Positions of the points at two or more moments, such as after each epoch, between which the points move in
    /// straight lines. Axes cover all of them. The page starts with the last, whose positions are usually also
    /// <see cref="Coordinates"/>. Empty, the default, gives a plot that does not move.
    /// </summary>
    public IReadOnlyList<ScatterFrame> Frames { get; init; } = [];

    /// <summary>Index shown for each point; empty, the default, counts the points from 0.</summary>
    public IReadOnlyList<int> Indices { get; init; } = [];

    /// <summary>
    /// N class indices (−1 for none, such as noise in a clustering), or an empty list; default empty.
    /// </summary>
    public IReadOnlyList<int> Classes { get; init; } = [];

    /// <summary>Names of the classes. The legend lists all of them.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The images of the points in the same order; there may be more. Null shows none.</summary>
    public ImageDataset? Images { get; init; }

    /// <summary>Heading of the page, and alternative text of the plot.</summary>
    public string Title { get; init; } = "Latent space";

    /// <summary>One or two sentences under the title, for example on the axes. Default empty.</summary>
    public string Caption { get; init; } = "";

    /// <summary>Labels of the axes; null labels them z₁, z₂, z₃.</summary>
    public IReadOnlyList<string>? AxisLabels { get; init; }

    /// <summary>Word for the classes in the legend and beside a point's class: <c>label</c>.</summary>
    public string LegendTitle { get; init; } = "label";

    /// <summary>
    /// Standard deviation of the prior of the codes. If an axis spans less than a thousandth of it, it is drawn at the
    /// prior's scale instead of being magnified, and the page says that the code has collapsed.
    /// </summary>
    public double PriorDeviation { get; init; } = 1;

    /// <summary>Name of class −1 in the legend.</summary>
    public string UnclassifiedName { get; init; } = "none";

    /// <summary>Number of points.</summary>
    public int Count => Dimensions > 0 ? Coordinates.Length / Dimensions : 0;

    /// <summary>Creates a scatter plot of a dataset's first codes, with labels and images.</summary>
    /// <param name="coordinates">Codes (N, <paramref name="dimensions"/>), with N at most the number of images.</param>
    /// <param name="dimensions">Number of dimensions, 2 or 3.</param>
    /// <param name="images">The encoded images.</param>
    /// <exception cref="ArgumentException">There are fewer images than points.</exception>
    public static InteractiveScatter Of(ReadOnlyMemory<float> coordinates, int dimensions, ImageDataset images)
    {
        ArgumentNullException.ThrowIfNull(images);
        int count = dimensions > 0 ? coordinates.Length / dimensions : 0;
        if (count > images.Count)
            throw new ArgumentException(
                $"got {count} points with {images.Count} images; each point needs one.",
                nameof(coordinates)
            );
        return new InteractiveScatter
        {
            Coordinates = coordinates,
            Dimensions = dimensions,
            Classes = images.Labels is null ? [] : images.LabelIndices(count),
            ClassNames = images.ClassNames,
            Images = images,
        };
    }

    /// <summary>Creates the page as HTML in UTF-8.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Validate"/>.</exception>
    public string ToPage() => ScatterPage.Page(this);

    /// <summary>
    /// Creates an HTML element without heading, with its style and script, for use within another page.
    /// </summary>
    /// <param name="id">
    /// Identifier of the element, unique in the page: letters, digits and hyphens.
    /// </param>
    /// <exception cref="ArgumentException">
    /// As for <see cref="Validate"/>, or the identifier contains other characters.
    /// </exception>
    public string ToFragment(string id = "scatter") => ScatterPage.Fragment(this, id);

    /// <summary>
    /// As <see cref="ToFragment"/>, without style and script, for a page that has both and forbids inline scripts.
    /// </summary>
    internal string ToElement(string id) => ScatterPage.Element(this, id);

    /// <summary>Checks that coordinates, classes and images match.</summary>
    /// <exception cref="ArgumentException">They do not match.</exception>
    public void Validate()
    {
        Require.Given(Classes, nameof(Classes));
        Require.Given(Indices, nameof(Indices));
        Require.Entries(ClassNames);
        Require.Entries(Frames);
        foreach (string? text in (string?[])[Title, Caption, LegendTitle, UnclassifiedName])
            Require.Given(text, "a text of the page");
        if (Dimensions is not (2 or 3))
            throw new ArgumentException($"got points of {Dimensions} dimensions; an interactive scatter has 2 or 3.");
        if (Coordinates.Length % Dimensions != 0)
            throw new ArgumentException(
                $"got {Coordinates.Length} numbers; points of {Dimensions} dimensions need a multiple of that."
            );
        if (Classes.Count != 0 && Classes.Count != Count)
            throw new ArgumentException(
                $"got {Classes.Count} classes with {Count} points; each point needs one, or none has any."
            );
        foreach (int c in Classes)
            if (c < -1 || c >= ClassNames.Count)
                throw new ArgumentException(
                    $"got class {c} with {ClassNames.Count} names; −1 to {ClassNames.Count - 1} have a meaning."
                );
        if (Indices.Count != 0 && Indices.Count != Count)
            throw new ArgumentException(
                $"got {Indices.Count} indices with {Count} points; each point needs one, or none has any."
            );
        if (Frames.Count == 1 || (Frames.Count > 1 && Count == 0))
            throw new ArgumentException(
                $"got {Frames.Count} frames with {Count} points; points that move need two frames or more."
            );
        foreach (var frame in Frames)
            frame.RequireFor(this);
        if (Images is { } images && images.Count < Count)
            throw new ArgumentException($"got {images.Count} images with {Count} points; each point needs one.");
        if (AxisLabels is { } names && names.Count != Dimensions)
            throw new ArgumentException($"got {names.Count} names of axes; {Dimensions} dimensions need as many.");
        if (!(PriorDeviation > 0 && double.IsFinite(PriorDeviation)))
            throw new ArgumentException($"got a prior deviation of {PriorDeviation}; a positive number is needed.");
    }
}
