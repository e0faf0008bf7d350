using Elbo.Data;
using Elbo.Studio.Access;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Labelling;
using Elbo.Workflows.Selecting;

namespace Elbo.Studio.Labelling;

/// <summary>The labellings that are open, one object for all pages: each sees the labels of the others.</summary>
/// <param name="folders">The folders that images may come from.</param>
internal sealed class LabelBooks(AllowedFolders folders)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LabelBook> _books = [];

    /// <summary>Names of the labellings of a run, the last used first.</summary>
    public static IReadOnlyList<string> Names(RunFolder run) => OutputFolder.Names(run.Labels(), LabelFiles.StateName);

    /// <summary>Opens a labelling of a run.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public LabelBook Open(RunFolder run, string name)
    {
        if (!Names(run).Contains(name))
            throw new ArgumentException($"{run.Name} has no labelling '{name}'.");
        string path = Path.GetFullPath(run.Labels(name));
        lock (_gate)
        {
            if (!_books.TryGetValue(path, out var book))
                _books[path] = book = LabelBook.Open(path);
            else
                book.Refresh();
            return book;
        }
    }

    /// <summary>Begins to label the images of a selection.</summary>
    /// <param name="run">The run.</param>
    /// <param name="selection">The selection, which gives the labelling its name.</param>
    /// <param name="images">The images that it was chosen from.</param>
    /// <exception cref="InvalidDataException">The selection has images that are not there.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static LabelBook Begin(RunFolder run, StoredSelection selection, ImageDataset images)
    {
        if (selection.Indices.FirstOrDefault(i => i < 0 || i >= images.Count, -1) is var bad and not -1)
            throw new InvalidDataException(
                $"the selection {selection.Name} has image {bad}; there are {images.Count:N0} "
                    + $"{selection.Choice.Subject}."
            );
        var state = new LabelState { Choice = selection.Choice, ByFile = images.FileNames is not null };
        return LabelBook.Create(
            run.Labels(selection.Name),
            state.WithImages(selection.Indices.Select(i => ImageKey.Of(images, i)), selection.Strategy)
        );
    }

    /// <summary>Reads the images to choose from; those of a folder must be below an allowed one.</summary>
    /// <exception cref="UnauthorizedAccessException">The folder is elsewhere.</exception>
    /// <exception cref="ArgumentException">The split does not exist.</exception>
    /// <exception cref="IOException">The images cannot be found or read.</exception>
    /// <exception cref="InvalidDataException">No image can be read.</exception>
    public ImageDataset Read(LoadedRun run, ImageChoice choice, CancellationToken cancellation) =>
        run.Images(choice.Images is null ? choice : Allowed(choice), cancellation);

    /// <summary>The same choice with a checked path.</summary>
    /// <exception cref="UnauthorizedAccessException">The path is not below an allowed folder.</exception>
    public ImageChoice Allowed(ImageChoice choice) =>
        choice.Images is { } path ? ImageChoice.OfPath(folders.Require(path)) : choice;
}

/// <summary>How a labelling names an image.</summary>
internal static class ImageKey
{
    /// <summary>The file of an image, or its index.</summary>
    public static string Of(ImageDataset images, int index) =>
        images.FileNames?[index] ?? FormattableString.Invariant($"{index}");
}
