using Elbo.Data;
using Elbo.Figures;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Plots;

/// <summary>Options shared by the commands that write image grids.</summary>
public sealed record GridOptions
{
    private const int MostImages = 10_000;

    /// <summary>Number of rows.</summary>
    public int Rows { get; init; } = 10;

    /// <summary>Number of columns.</summary>
    public int Columns { get; init; } = 10;

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
        OptionOf<GridOptions>.WholeNumber("rows", "rows of the grid", o => o.Rows, (o, v) => o with { Rows = v }),
        OptionOf<GridOptions>.WholeNumber(
            "columns",
            "columns of the grid",
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

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        if (Rows is < 1 or > 1000 || Columns is < 1 or > 1000)
            throw new ArgumentException(
                $"a grid of {Rows} rows and {Columns} columns was asked for; each must be from 1 to 1000."
            );
        if (Rows * Columns > MostImages)
            throw new ArgumentException(
                $"a grid of {Rows} rows and {Columns} columns was asked for; it can have {MostImages} images at most."
            );
        if (Count is < 1 || Count > Rows * Columns)
            throw new ArgumentException(
                $"{Count} images were asked for in a grid of {Rows} rows and {Columns} columns."
            );
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
