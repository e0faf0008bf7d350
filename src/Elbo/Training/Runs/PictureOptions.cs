using System.Globalization;
using Elbo.Data;

namespace Elbo.Training.Runs;

/// <summary>
/// The size of a grid of images, written with the columns first: <c>30x15</c>, or <c>20</c> for <c>20x20</c>.
/// </summary>
/// <param name="Columns">Number of images in a row, 1 to <see cref="LongestSide"/>.</param>
/// <param name="Rows">Number of rows, 1 to <see cref="LongestSide"/>.</param>
public readonly record struct GridSize(int Columns, int Rows)
{
    /// <summary>Maximum number of columns or rows.</summary>
    public const int LongestSide = 1000;

    /// <summary>Maximum number of images.</summary>
    public const int MostImages = 10_000;

    /// <summary>
    /// Maximum number of image pixels in all grids of a figure. A figure has up to four pixels for each, and a bitmap
    /// of that size still has an index below 2³¹.
    /// </summary>
    public const long MostPixels = 120_000_000;

    /// <summary>Number of images.</summary>
    public long Count => (long)Columns * Rows;

    /// <summary>Parses <c>30x15</c> or <c>20</c>.</summary>
    /// <exception cref="FormatException">The text is not the size of a grid, or a side is out of range.</exception>
    public static GridSize Parse(string text)
    {
        string[] sides = (text ?? "").Split('x', 'X', '×');
        if (sides.Length > 2 || !TryParseSide(sides[0], out int columns) || !TryParseSide(sides[^1], out int rows))
            throw new FormatException(
                $"'{text}' is not the size of a grid; give COLUMNSxROWS, as in 30x15, or one number for both."
            );
        var size = new GridSize(columns, rows);
        return size.Fault is { } fault ? throw new FormatException(fault) : size;
    }

    /// <summary>The size in the syntax of <see cref="Parse"/>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Columns}x{Rows}");

    /// <summary>Checks the number of columns, rows and images.</summary>
    /// <exception cref="ArgumentException">One of them is out of range.</exception>
    internal void Validate()
    {
        if (Fault is { } fault)
            throw new ArgumentException(fault);
    }

    /// <summary>The size for <paramref name="count"/> images if they do not fill the grid; else this size.</summary>
    internal GridSize For(int count)
    {
        if (count >= Count)
            return this;
        int columns = Math.Clamp(count, 1, Columns);
        return new GridSize(columns, Math.Max(1, (count + columns - 1) / columns));
    }

    /// <summary>Checks that figures of this size can be drawn, before memory for them is allocated.</summary>
    /// <param name="option">Name of the option that has this size.</param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="panels">Number of such grids in a figure.</param>
    /// <exception cref="ArgumentException">The figure has too many pixels.</exception>
    internal void RequirePixels(string option, ImageShape shape, int panels = 1)
    {
        // Every image has a line of padding on two sides.
        long pixels = Count * panels * (shape.Width + 1) * (shape.Height + 1);
        if (pixels <= MostPixels)
            return;
        double factor = Math.Sqrt((double)MostPixels / pixels);
        var smaller = new GridSize(Math.Max(1, (int)(Columns * factor)), Math.Max(1, (int)(Rows * factor)));
        string grids = panels == 1 ? "" : $"{panels} grids of ";
        throw new ArgumentException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{option} is {this}; {grids}{Count:N0} images {shape.Width} pixels wide and {shape.Height} high have "
                    + $"{pixels / 1e6:N0} million pixels, and a figure can have {MostPixels / 1e6:N0} million. Give a "
                    + $"smaller --{option}, such as {smaller}."
            )
        );
    }

    private string? Fault =>
        Rows is < 1 or > LongestSide || Columns is < 1 or > LongestSide
            ? $"a grid of {Rows} rows and {Columns} columns was asked for; each must be from 1 to {LongestSide}."
        : Count > MostImages
            ? $"a grid of {Rows} rows and {Columns} columns was asked for; it can have {MostImages} images at most."
        : null;

    private static bool TryParseSide(string text, out int side) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out side);
}

/// <summary>Options of the pictures of a run.</summary>
public sealed record PictureOptions
{
    /// <summary>Default number of points in a scatter plot.</summary>
    public const int UsualLatentPoints = 5_000;

    /// <summary>Size of the grids of inputs, reconstructions and samples.</summary>
    public GridSize ReconstructionGrid { get; init; } = new(10, 10);

    /// <summary>Size of the grid of images decoded from the latent plane: columns along z₁, rows along z₂.</summary>
    public GridSize ManifoldGrid { get; init; } = new(20, 20);

    /// <summary>The manifold covers the square ±this in latent space.</summary>
    public float ManifoldRange { get; init; } = 2;

    /// <summary>Number of test images in scatter plots of latent codes; 0 means all.</summary>
    public int LatentPoints { get; init; } = UsualLatentPoints;

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<PictureOptions>> List { get; } =
    [
        PictureOption.ReconstructionGrid<PictureOptions>(
            o => o.ReconstructionGrid,
            (o, v) => o with { ReconstructionGrid = v }
        ),
        PictureOption.ManifoldGrid<PictureOptions>(o => o.ManifoldGrid, (o, v) => o with { ManifoldGrid = v }),
        PictureOption.ManifoldRange<PictureOptions>(o => o.ManifoldRange, (o, v) => o with { ManifoldRange = v }),
        PictureOption.LatentPoints<PictureOptions>(o => o.LatentPoints, (o, v) => o with { LatentPoints = v }),
    ];

    /// <summary>Number of points in a scatter plot of <paramref name="images"/> images.</summary>
    internal int PointsOf(int images) => LatentPoints == 0 ? images : Math.Min(LatentPoints, images);

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        List.Validate(this);
        ReconstructionGrid.Validate();
        ManifoldGrid.Validate();
    }
}

/// <summary>
/// The options of pictures, declared once for training and for the commands that draw pictures. A getter that returns
/// null for new options belongs to a command that uses the value of the run.
/// </summary>
internal static class PictureOption
{
    private const string SizeName = "WxH";

    public static OptionOf<T> ReconstructionGrid<T>(Func<T, GridSize?> get, Func<T, GridSize, T> set)
        where T : new() =>
        OfRun(
            OptionOf<T>.Parsed(
                "reconstruction-grid",
                "columns and rows of grids of inputs, reconstructions and samples",
                GridSize.Parse,
                get,
                set
            ) with
            {
                ValueName = SizeName,
            }
        );

    public static OptionOf<T> ManifoldGrid<T>(Func<T, GridSize?> get, Func<T, GridSize, T> set)
        where T : new() =>
        OfRun(
            OptionOf<T>.Parsed(
                "manifold-grid",
                "columns and rows of the images decoded from a plane of latent codes",
                GridSize.Parse,
                get,
                set
            ) with
            {
                ValueName = SizeName,
                Aliases = ["grid-size"],
            }
        );

    public static OptionOf<T> ManifoldRange<T>(Func<T, float?> get, Func<T, float, T> set)
        where T : new() =>
        OfRun(
            OptionOf<T>.Number("manifold-range", "that plane covers −N to N in both directions", get, set) with
            {
                Range = OptionRange.Positive,
                Aliases = ["range"],
            }
        );

    public static OptionOf<T> LatentPoints<T>(Func<T, int?> get, Func<T, int, T> set)
        where T : new() =>
        OfRun(
            OptionOf<T>.WholeNumber(
                "latent-points",
                "number of images in scatter plots of latent codes; 0 means all",
                get,
                set
            ) with
            {
                Range = OptionRange.From(0) with { Text = "0 (all) or more" },
            }
        );

    private static OptionOf<T> OfRun<T>(OptionOf<T> option)
        where T : new() =>
        option.Default.Length > 0
            ? option
            : option with
            {
                Description = $"{option.Description}; by default as in training",
            };
}
