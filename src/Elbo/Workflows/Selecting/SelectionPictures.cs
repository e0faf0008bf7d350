using System.Text;
using Elbo.Data;
using Elbo.Data.Folder;
using Elbo.Figures;
using Elbo.Formats;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Neighbours;
using Elbo.Selection;

namespace Elbo.Workflows.Selecting;

/// <summary>Writes the pictures of a selection: the chosen images, their files, and the contact sheet.</summary>
internal sealed class SelectionPictures(
    SelectionSource source,
    SelectionPool pool,
    int[] chosen,
    string strategy,
    int threads
)
{
    /// <summary>The folder of the chosen images.</summary>
    private const string Folder = "images/selected";

    /// <summary>Maximum number of images on the contact sheet; more would be too small to see.</summary>
    private const int MostOnSheet = 400;

    /// <summary>Side of a picture on the contact sheet if there is no model with a size of its own.</summary>
    private const int Thumbnail = 96;

    /// <summary>Name of the decoded image after <see cref="Name"/>.</summary>
    private const string Decoded = "decoded.png";

    /// <summary>
    /// Files of chosen images that are on no contact sheet because they cannot be read; one line each.
    /// </summary>
    public List<string> Remarks { get; } = [];

    /// <summary>The file of a chosen image: its source, or the picture in the folder of the selection.</summary>
    /// <param name="k">Position in the order of choice.</param>
    public string? File(int k) =>
        source.FileNames?[chosen[k]] ?? (source.Images is null ? null : $"{Folder}/{Name(k)}.png");

    /// <summary>Writes all pictures to the folder of the selection.</summary>
    /// <exception cref="IOException">The source file of a chosen image is gone.</exception>
    public void Write(string folder, bool allImages, CancellationToken cancellation)
    {
        CopyFiles(Path.Combine(folder, Folder), cancellation);
        if (source is { Images: { } images, Model: { } model })
        {
            float[] decoded = Inference.Decode(
                model,
                pool.Rows(chosen),
                ClassCondition.Pick(ClassCondition.Labels(model, images), chosen)
            );
            SaveSelected(images, decoded, Path.Combine(folder, Folder), cancellation);
            if (allImages)
                SaveAll(images, Path.Combine(folder, "images", "all"), cancellation);
            int pixels = Shown * images.Shape.PixelCount;
            SaveSheet(
                folder,
                images.Shape,
                ("original", images.ToIntensities(chosen.AsSpan(0, Shown))),
                ("decoded", decoded[..pixels])
            );
        }
        else if (source.FilePaths is { } paths)
        {
            var size = new ImageShape(3, Thumbnail, Thumbnail);
            SaveSheet(folder, size, ("", Thumbnails([.. chosen[..Shown].Select(i => paths[i])], size, cancellation)));
        }
    }

    /// <summary>
    /// The last part of a file's name, at most 120 bytes, without characters that are special in a file system.
    /// </summary>
    internal static string SafeName(string path)
    {
        const int Longest = 120,
            LongestEnding = 16;
        string name = PortableName.Replace(path[(path.LastIndexOfAny(['/', '\\']) + 1)..], "_");
        string ending = Path.GetExtension(name);
        if (Encoding.UTF8.GetByteCount(ending) > LongestEnding)
            ending = "";
        string stem = PortableName.Cut(name[..^ending.Length], Longest - Encoding.UTF8.GetByteCount(ending));
        // Windows does not keep dots and spaces at the end of a name.
        name = (stem + ending).TrimEnd(' ', '.');
        return name.Equals(Decoded, StringComparison.OrdinalIgnoreCase) ? "original-" + name : name;
    }

    private int Shown => Math.Min(MostOnSheet, chosen.Length);

    /// <summary>
    /// Position in the order of choice and index, so that files sort by choice and can be identified.
    /// </summary>
    private string Name(int k) => $"{k + 1:D4}-{chosen[k]:D5}";

    /// <summary>Copies the source files of the chosen images, byte for byte.</summary>
    private void CopyFiles(string folder, CancellationToken cancellation)
    {
        if (source.FilePaths is not { } paths)
            return;
        Directory.CreateDirectory(folder);
        for (int k = 0; k < chosen.Length; k++)
        {
            string path = paths[chosen[k]];
            try
            {
                StagedFile.Copy(path, Path.Combine(folder, $"{Name(k)}-{SafeName(path)}"), cancellation);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new FileNotFoundException(
                    $"{path} was chosen, but the file is gone; nothing was written. Put it back, or choose again.",
                    e
                );
            }
        }
    }

    /// <summary>Writes every chosen image at the model's size, beside its reconstruction.</summary>
    private void SaveSelected(ImageDataset images, float[] decoded, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        int size = images.Shape.PixelCount;
        new Partition(threads).Run(
            chosen.Length,
            (first, last) =>
            {
                for (int k = first; k < last; k++)
                {
                    StagedFile.Write(
                        Path.Combine(folder, Name(k) + ".png"),
                        Bitmap.FromImage(images.Image(chosen[k]), images.Shape).EncodePng()
                    );
                    StagedFile.Write(
                        Path.Combine(folder, $"{Name(k)}-{Decoded}"),
                        Bitmap.FromImage(decoded.AsSpan(k * size, size), images.Shape).EncodePng()
                    );
                }
            },
            cancellation: cancellation
        );
    }

    private void SaveAll(ImageDataset images, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        new Partition(threads).Run(
            images.Count,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                    StagedFile.Write(
                        Path.Combine(folder, $"{i:D5}.png"),
                        Bitmap.FromImage(images.Image(i), images.Shape).EncodePng()
                    );
            },
            cancellation: cancellation
        );
    }

    /// <summary>Reads files at one size. A file that cannot be read gives a grey picture and a remark.</summary>
    private float[] Thumbnails(string[] paths, ImageShape shape, CancellationToken cancellation)
    {
        var decoded = ImageFolderReader.Read(
            ImageFolderListing.OfFiles(paths, source.Name),
            [.. Enumerable.Range(0, paths.Length)],
            new DatasetOptions { ImageSize = new ImageSize(shape.Width, shape.Height), Colour = ImageColour.Rgb },
            cacheFolder: null,
            threads == 0 ? -1 : threads,
            progress: null,
            cancellation
        );
        var faults = decoded.Unreadable.ToLookup(file => file.Path, file => file.Reason);
        var images = decoded.Count > 0 ? decoded.Images(0, decoded.Count).Pixels : default;
        byte[] pixels = new byte[paths.Length * shape.PixelCount];
        pixels.AsSpan().Fill(128);
        for (int k = 0, read = 0; k < paths.Length; k++)
        {
            if (faults[paths[k]].FirstOrDefault() is { } fault)
                Remarks.Add($"{paths[k]} is not on the contact sheet: {fault}");
            else
                images.Slice(read++ * shape.PixelCount, shape.PixelCount).CopyTo(pixels.AsMemory(k * shape.PixelCount));
        }
        return new ImageDataset(source.Name, shape, pixels).ToIntensities();
    }

    private void SaveSheet(string folder, ImageShape shape, params (string Caption, float[] Images)[] panels)
    {
        int columns = (int)Math.Ceiling(Math.Sqrt(Shown)),
            rows = (Shown + columns - 1) / columns;
        string all =
            Shown < chosen.Length
                ? $"the first {Shown:N0} of {chosen.Length:N0} chosen images"
                : $"{Shown:N0} chosen {(Shown == 1 ? "image" : "images")}";
        var sheet = new ImagePanels(
            [.. panels.Select(panel => ReconstructionFigure.Panel(panel.Caption, panel.Images, shape, rows, columns))],
            source.Title($"{all} by {strategy}")
        );
        FigureWriter.Save(sheet, Path.Combine(folder, "contact-sheet.png"));
    }
}
