using Elbo.Data;
using Elbo.Figures;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Neighbours;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>
/// The <c>elbo denoise --images</c> command: restores the user's own noisy images, one picture per file.
/// </summary>
public static class RestoreWorkflow
{
    /// <summary>The table in every folder of restored images.</summary>
    public const string TableName = "restored.csv";

    private const string SheetName = "contact-sheet.png";
    private const int MostOnSheet = 100;

    /// <summary>
    /// Reconstructs images as they are, without adding noise, and writes a folder with one PNG per image, a table of
    /// all, and a contact sheet of the first.
    /// </summary>
    /// <param name="run">The run, preferably trained with noise.</param>
    /// <param name="choice">The noisy images.</param>
    /// <param name="output">Folder to write; null writes to the run folder.</param>
    /// <param name="overwrite">Whether restored images of an earlier call may be replaced.</param>
    /// <param name="cancellation">Cancels the operation. Nothing is written then.</param>
    /// <exception cref="IOException">The images cannot be read, or the folder exists or cannot be written.</exception>
    /// <exception cref="InvalidDataException">No image can be read.</exception>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public static RestoredImages Run(
        LoadedRun run,
        ImageChoice choice,
        string? output = null,
        bool overwrite = false,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(choice);
        using var folder = OutputFolder.Choose(
            output,
            run.Folder.Image($"denoise-{choice.Name}"),
            TableName,
            overwrite
        );
        var images = run.ImagesToDecode(choice, cancellation);
        string[] names = PictureNames.Of(images, [TableName, SheetName]);
        var labels = ClassCondition.Labels(run.Model, images);
        float[] noisy = ModelInputs.First(run.Model, run.Config, images, images.Count),
            codes = Inference.Encode(run.Model, noisy, labels.Span),
            restored = Inference.Decode(run.Model, codes, ClassCondition.ToDecode(run.Model, labels));
        var table = new DataTable("file", "restored", "rms_change");
        double total = 0;
        for (int i = 0; i < images.Count; i++)
        {
            double change = MeanSquare(noisy, restored, i, images.Shape.PixelCount);
            table.Add(images.FilePath(i) ?? $"{i}", names[i], Math.Sqrt(change));
            total += change;
        }
        Write(folder.Staging, names, restored, images.Shape, cancellation);
        Csv.Save(Path.Combine(folder.Staging, TableName), table);
        FigureWriter.Save(
            Sheet(noisy, restored, images, run.Folder.Title(images.Name, "restored images")),
            Path.Combine(folder.Staging, SheetName)
        );
        folder.Complete();
        return new RestoredImages(folder.Path, images.Count, images.Shape, Math.Sqrt(total / images.Count));
    }

    private static void Write(
        string folder,
        string[] names,
        float[] restored,
        ImageShape shape,
        CancellationToken cancellation
    ) =>
        new Partition(threads: 0).Run(
            names.Length,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                {
                    string path = Path.Combine(folder, names[i]);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    var image = restored.AsSpan(i * shape.PixelCount, shape.PixelCount);
                    StagedFile.Write(path, Bitmap.FromImage(image, shape).EncodePng());
                }
            },
            cancellation: cancellation
        );

    /// <summary>"noisy | restored" of the first images.</summary>
    private static ImagePanels Sheet(float[] noisy, float[] restored, ImageDataset images, string title)
    {
        int shown = Math.Min(MostOnSheet, images.Count),
            columns = (int)Math.Ceiling(Math.Sqrt(shown)),
            rows = (shown + columns - 1) / columns,
            length = shown * images.Shape.PixelCount;
        return new ImagePanels(
            [
                ReconstructionFigure.Panel("as given", noisy.AsSpan(0, length), images.Shape, rows, columns),
                ReconstructionFigure.Panel("restored", restored.AsSpan(0, length), images.Shape, rows, columns),
            ],
            title
        );
    }

    private static double MeanSquare(float[] a, float[] b, int image, int size)
    {
        double sum = 0;
        for (int i = image * size; i < (image + 1) * size; i++)
            sum += (double)(a[i] - b[i]) * (a[i] - b[i]);
        return sum / size;
    }
}

/// <summary>Result of restoring images.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Count">Number of images.</param>
/// <param name="Shape">Shape of every written picture: that of the model's images.</param>
/// <param name="RootMeanSquareChange">
/// Root mean square difference between images and their restorations, in intensities in [0, 1].
/// </param>
public sealed record RestoredImages(string Path, int Count, ImageShape Shape, double RootMeanSquareChange);

/// <summary>Names for pictures that are written one per image.</summary>
internal static class PictureNames
{
    /// <summary>
    /// Distinct relative paths that end in <c>.png</c>: those of the files below their folder, only the file names for
    /// a list of files, and the indices for images that are not files.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <param name="taken">Names that are used for something else.</param>
    public static string[] Of(ImageDataset images, params IEnumerable<string> taken)
    {
        var used = new HashSet<string>(taken, StringComparer.OrdinalIgnoreCase);
        string[] names = new string[images.Count];
        for (int i = 0; i < names.Length; i++)
        {
            string wished =
                images.FileNames is not { } files ? $"{i:D5}"
                : images.Folder is null ? Path.GetFileName(files[i])
                : files[i];
            string bare = Path.ChangeExtension(wished, null);
            names[i] = bare + ".png";
            // Files may differ only in their extension or, in a list, only in their folder.
            for (int n = 2; !used.Add(names[i]); n++)
                names[i] = n == 2 ? $"{bare}-{Path.GetExtension(wished).TrimStart('.')}.png" : $"{bare}-{n}.png";
        }
        return names;
    }
}
