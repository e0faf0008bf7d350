using Elbo.Data;
using Elbo.Formats;

namespace Elbo.Workflows.Exploring;

/// <summary>An image that a person has marked.</summary>
/// <param name="Index">Index of the image.</param>
/// <param name="Note">Why it was marked, such as its score or its group of copies.</param>
internal sealed record MarkedImage(int Index, string Note);

/// <summary>Writes images that a person has marked: a table, copies of their files, or the files themselves.</summary>
internal static class MarkedImages
{
    /// <summary>The table in every folder of marked images.</summary>
    public const string TableName = "marked.csv";

    /// <summary>The table of marked images: index, file, class, note.</summary>
    public static DataTable Table(ImageDataset images, IEnumerable<MarkedImage> marked)
    {
        var table = new DataTable("index", "file", "label", "note");
        foreach (var image in marked)
            table.Add(image.Index, images.FilePath(image.Index), images.ClassName(image.Index), image.Note);
        return table;
    }

    /// <summary>
    /// Writes a new folder with the table and the images: their files, or PNGs if they are not files.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <param name="marked">Those to write.</param>
    /// <param name="path">The folder. It must not exist.</param>
    /// <param name="moves">
    /// Whether to delete the original files afterwards. They are deleted when all copies are on disk, so that no image
    /// is ever lost; the table tells where each was.
    /// </param>
    /// <param name="cancellation">Cancels the copying. Nothing is written or deleted then.</param>
    /// <exception cref="ArgumentException">Images that are not files are to be moved.</exception>
    /// <exception cref="IOException">The folder exists, or a file cannot be read, written or deleted.</exception>
    public static void Write(
        ImageDataset images,
        IReadOnlyList<MarkedImage> marked,
        string path,
        bool moves,
        CancellationToken cancellation = default
    )
    {
        if (moves && images.FileNames is null)
            throw new ArgumentException(
                $"the images of {images.Name} are not files, so they cannot be moved; copy them."
            );
        using var folder = OutputFolder.Choose(path, path, TableName, overwrite: false);
        Csv.Save(Path.Combine(folder.Staging, TableName), Table(images, marked));
        var files = new OriginalFiles(images);
        foreach (var image in marked)
        {
            cancellation.ThrowIfCancellationRequested();
            files.Write(image.Index, folder.Staging);
        }
        folder.Complete();
        if (moves)
            OutputFolder.DeleteMoved(marked.Select(image => images.FilePath(image.Index)!));
    }
}
