using Elbo.Data;
using Elbo.Figures;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>Writes an image grid and, if requested, its images separately.</summary>
internal static class GridWriter
{
    /// <summary>Writes the grid and returns its path.</summary>
    public static string Write(
        IFigure figure,
        RunFolder run,
        string name,
        GridOptions options,
        ReadOnlySpan<float> images,
        ImageShape shape
    )
    {
        string path = OutputPath.Choose(options.Output, run.Image(name + ".png"), options.Overwrite);
        string folder = Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path));
        if (options.Separate && Directory.Exists(folder) && !options.Overwrite)
            throw new IOException($"{folder} exists; give another --output, or --overwrite to replace its images.");
        FigureWriter.Save(figure, path);
        if (!options.Separate)
            return path;
        int count = images.Length / shape.PixelCount;
        for (int i = 0; i < count; i++)
            Bitmap
                .FromImage(images.Slice(i * shape.PixelCount, shape.PixelCount), shape)
                .SavePng(Path.Combine(folder, $"{i:D5}.png"));
        return path;
    }
}
