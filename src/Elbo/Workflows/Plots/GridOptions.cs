using Elbo.Data;
using Elbo.Figures;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Plots;

/// <summary>Options shared by the commands that write image grids.</summary>
public sealed record GridOptions
{
    /// <summary>
    /// Size of the grid; null uses that of the run. The regular grid of <see cref="GenerateWorkflow"/> has another
    /// option, <see cref="GenerateOptions.ManifoldGrid"/>.
    /// </summary>
    public GridSize? ReconstructionGrid { get; init; }

    /// <summary>Number of rows; null uses that of the size of the grid, or as many as <see cref="Count"/> needs.</summary>
    public int? Rows { get; init; }

    /// <summary>Number of columns; null uses that of the size of the grid.</summary>
    public int? Columns { get; init; }

    /// <summary>Number of images; null fills the grid.</summary>
    public int? Count { get; init; }

    /// <summary>File to write, whose extension selects the format; null writes a PNG to the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether to write each image to a PNG of its own too, in a folder beside the grid.</summary>
    public bool Separate { get; init; }

    /// <summary>Whether an existing file may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Seed of all random numbers.</summary>
    public ulong Seed { get; init; }

    /// <summary>The options by name, without the count, which commands declare themselves.</summary>
    internal static IReadOnlyList<OptionOf<GridOptions>> List { get; } =
    [
        PictureOption.ReconstructionGrid<GridOptions>(
            o => o.ReconstructionGrid,
            (o, v) => o with { ReconstructionGrid = v }
        ),
        OptionOf<GridOptions>.WholeNumber(
            "rows",
            "another number of rows of the grid",
            o => o.Rows,
            (o, v) => o with { Rows = v }
        ),
        OptionOf<GridOptions>.WholeNumber(
            "columns",
            "another number of columns of the grid",
            o => o.Columns,
            (o, v) => o with { Columns = v }
        ),
        CommonOptions.Output<GridOptions>(
            "file to write: .png, .pdf or .svg; by default a PNG in the run's folder images",
            o => o.Output,
            (o, v) => o with { Output = v }
        ),
        OptionOf<GridOptions>.Flag(
            "separate",
            "also write every image to its own PNG",
            o => o.Separate,
            (o, v) => o with { Separate = v }
        ),
        CommonOptions.Seed<GridOptions>(o => o.Seed, (o, v) => o with { Seed = v }),
        CommonOptions.Overwrite<GridOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
    ];

    /// <summary>The size of the grid that these options ask for.</summary>
    /// <param name="run">The size in the options of the run.</param>
    /// <exception cref="ArgumentException">The size is out of range, or too small for <see cref="Count"/>.</exception>
    internal GridSize Size(GridSize run)
    {
        var size = ReconstructionGrid ?? run;
        int columns = Columns ?? size.Columns;
        size = new GridSize(columns, Rows ?? (Count is { } count ? RowsFor(count, columns) : size.Rows));
        size.Validate();
        if (Count is < 1 || Count > size.Count)
            throw new ArgumentException(
                $"{Count} images were asked for in a grid of {size.Rows} rows and {size.Columns} columns."
            );
        return size;
    }

    // Rounds the division up without overflow. The numbers are checked later.
    private static int RowsFor(int count, int columns) => columns < 1 || count < 1 ? 1 : ((count - 1) / columns) + 1;

    /// <summary>Checks everything that does not depend on the run.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        Size(new PictureOptions().ReconstructionGrid);
        if (Output is not null && !Figures.FigureWriter.Endings.Contains(Path.GetExtension(Output).ToLowerInvariant()))
            throw new ArgumentException(
                $"output is '{Output}'; the file name's ending must be one of "
                    + $"{string.Join(", ", Figures.FigureWriter.Endings)}."
            );
    }
}

/// <summary>Writes an image grid and, if requested, its images separately.</summary>
internal static class GridWriter
{
    /// <summary>Writes the grid and returns its path. Separate images are named by their indices.</summary>
    public static string Write(
        IFigure figure,
        RunFolder run,
        string name,
        GridOptions options,
        ReadOnlySpan<float> images,
        ImageShape shape
    ) =>
        Write(
            figure,
            run,
            name,
            options,
            images,
            shape,
            [.. Enumerable.Range(0, images.Length / shape.PixelCount).Select(i => $"{i:D5}.png")]
        );

    /// <summary>Writes the grid and returns its path. Separate images have the given names.</summary>
    public static string Write(
        IFigure figure,
        RunFolder run,
        string name,
        GridOptions options,
        ReadOnlySpan<float> images,
        ImageShape shape,
        IReadOnlyList<string> names
    )
    {
        string path = OutputPath.Choose(options.Output, run.Image(name + ".png"), options.Overwrite);
        string folder = Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path));
        if (options.Separate && Directory.Exists(folder) && !options.Overwrite)
            throw new IOException($"{folder} exists; give another --output, or --overwrite to replace its images.");
        FigureWriter.Save(figure, path);
        if (!options.Separate)
            return path;
        for (int i = 0; i < names.Count; i++)
            Bitmap
                .FromImage(images.Slice(i * shape.PixelCount, shape.PixelCount), shape)
                .SavePng(Path.Combine(folder, names[i]));
        return path;
    }
}
