using Elbo.Data;
using Elbo.Figures;
using Elbo.Formats;
using Elbo.Formats.Numpy;
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

    /// <summary>
    /// Number of rows; null uses that of the size of the grid, or as many as <see cref="Count"/> needs.
    /// </summary>
    public int? Rows { get; init; }

    /// <summary>Number of columns; null uses that of the size of the grid.</summary>
    public int? Columns { get; init; }

    /// <summary>Number of images; null fills the grid.</summary>
    public int? Count { get; init; }

    /// <summary>
    /// File to write, whose extension selects the format: a figure, or the images as NumPy arrays; null writes a PNG to
    /// the run folder.
    /// </summary>
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
            "file to write: .png, .pdf or .svg, or the images as NumPy arrays: .npy or .npz; by default a PNG in the "
                + "run's folder images",
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
        if (Output is not null && !GridWriter.Endings.Contains(Path.GetExtension(Output).ToLowerInvariant()))
            throw new ArgumentException(
                $"output is '{Output}'; the file name's ending must be one of {string.Join(", ", GridWriter.Endings)}."
            );
    }
}

/// <summary>Images (N, C, H, W) in [0, 1], and their name as a NumPy array.</summary>
internal readonly record struct NamedImages(string Name, float[] Values);

/// <summary>Writes an image grid or the arrays of its images and, if requested, the images separately.</summary>
internal static class GridWriter
{
    private const string Array = ".npy",
        Archive = ".npz";

    /// <summary>The supported file extensions, in lower case.</summary>
    public static IReadOnlyList<string> Endings { get; } = [.. FigureWriter.Endings, Array, Archive];

    /// <summary>Writes the grid and returns its path.</summary>
    /// <param name="figure">The grid.</param>
    /// <param name="run">Folder of the run.</param>
    /// <param name="name">Name of the file in this folder, without its extension.</param>
    /// <param name="options">Destination.</param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="images">
    /// The images of the grid. The first are the result, which separate pictures and an .npy file contain; an .npz file
    /// contains all.
    /// </param>
    /// <param name="names">Names of the separate pictures; null uses their indices.</param>
    public static string Write(
        IFigure figure,
        RunFolder run,
        string name,
        GridOptions options,
        ImageShape shape,
        IReadOnlyList<NamedImages> images,
        IReadOnlyList<string>? names = null
    )
    {
        string path = OutputPath.Choose(options.Output, run.Image(name + ".png"), options.Overwrite);
        string folder = Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path));
        if (options.Separate && Directory.Exists(folder) && !options.Overwrite)
            throw new IOException($"{folder} exists; give another --output, or --overwrite to replace its images.");
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case Array:
                AtomicFile.Write(path, Bytes(images[0], shape));
                break;
            case Archive:
                NpzFile.Save(path, [.. images.Select(array => (array.Name, Bytes(array, shape)))]);
                break;
            default:
                FigureWriter.Save(figure, path);
                break;
        }
        if (options.Separate)
            WriteSeparately(images[0].Values, shape, folder, names);
        return path;
    }

    private static byte[] Bytes(NamedImages images, ImageShape shape) =>
        NpyWriter.Bytes(
            images.Values,
            images.Values.Length / shape.PixelCount,
            shape.Channels,
            shape.Height,
            shape.Width
        );

    private static void WriteSeparately(
        ReadOnlySpan<float> images,
        ImageShape shape,
        string folder,
        IReadOnlyList<string>? names
    )
    {
        string[] paths =
        [
            .. Enumerable
                .Range(0, images.Length / shape.PixelCount)
                .Select(i => Path.Combine(folder, names?[i] ?? $"{i:D5}.png")),
        ];
        foreach (string used in paths.Select(path => Path.GetDirectoryName(path)!).Distinct().Where(Directory.Exists))
            AtomicFile.DeleteStrays(used);
        for (int i = 0; i < paths.Length; i++)
            Bitmap.FromImage(images.Slice(i * shape.PixelCount, shape.PixelCount), shape).SavePng(paths[i]);
    }
}
