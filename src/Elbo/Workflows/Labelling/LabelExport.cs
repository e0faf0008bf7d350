using Elbo.Formats;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Selecting;

namespace Elbo.Workflows.Labelling;

/// <summary>What to write of a labelling.</summary>
internal sealed record LabelExportOptions
{
    /// <summary>Folder to write; null writes to <c>export</c> in the labelling, or a free name near it.</summary>
    public string? Output { get; init; }

    /// <summary>Whether to copy the images into a folder per class.</summary>
    public bool Folders { get; init; }

    /// <summary>
    /// Lowest confidence, in [0, 1], of the images that are copied. Those that a person labelled always are.
    /// </summary>
    public double LeastConfidence { get; init; }
}

/// <summary>What an export has written.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Copied">Number of images copied to folders.</param>
/// <param name="Folders">The folder of each class, in their order; empty if no images were copied.</param>
internal sealed record LabelExportSummary(string Path, int Copied, IReadOnlyList<string> Folders);

/// <summary>
/// Writes the labels of all images: <c>all-labels.csv</c> (index, file, label, whether a person gave it or its
/// neighbours did, confidence), <c>selection.csv</c> of the images that a person labelled, with the columns that
/// <c>elbo select</c> writes, and, if asked, the images in a folder per class.
/// </summary>
internal static class LabelExport
{
    /// <summary>Name of the table of all images.</summary>
    public const string TableName = "all-labels.csv";

    /// <summary>The column <c>source</c> of a label that a person gave.</summary>
    public const string Given = "given";

    /// <summary>The column <c>source</c> of a label that comes from neighbours.</summary>
    public const string Propagated = "propagated";

    /// <summary>Writes an export.</summary>
    /// <param name="book">The labelling.</param>
    /// <param name="images">The images with their codes.</param>
    /// <param name="labels">The label of each image.</param>
    /// <param name="classes">Names of the classes that <paramref name="labels"/> has numbers of.</param>
    /// <param name="options">What to write.</param>
    /// <param name="cancellation">Cancels the export. Nothing is written then.</param>
    /// <exception cref="ArgumentException">The confidence is out of range.</exception>
    /// <exception cref="IOException">
    /// The folder exists or cannot be written, or the file of an image is gone.
    /// </exception>
    public static LabelExportSummary Write(
        LabelBook book,
        EncodedImages images,
        Propagation labels,
        IReadOnlyList<string> classes,
        LabelExportOptions options,
        CancellationToken cancellation = default
    )
    {
        if (!(options.LeastConfidence is >= 0 and <= 1))
            throw new ArgumentException($"the confidence is {options.LeastConfidence}; it must be from 0 to 1.");
        using var folder = OutputFolder.Choose(
            options.Output,
            Path.Combine(book.Folder, "export"),
            TableName,
            overwrite: false
        );
        var given = labels.Labelled.ToHashSet();
        Csv.Save(Path.Combine(folder.Staging, TableName), Table(images, labels, classes, given));
        Csv.Save(Path.Combine(folder.Staging, SelectionWriter.TableName), Selection(images, labels, classes));
        int copied = 0;
        IReadOnlyList<string> names = options.Folders ? ClassName.Folders(classes) : [];
        if (options.Folders)
        {
            var files = new OriginalFiles(images.Images);
            for (int i = 0; i < images.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var vote = labels.Votes[i];
                if (!given.Contains(i) && vote.Confidence < options.LeastConfidence)
                    continue;
                files.Write(i, Path.Combine(folder.Staging, "images", names[vote.Class]));
                copied++;
            }
        }
        folder.Complete();
        return new LabelExportSummary(folder.Path, copied, names);
    }

    private static DataTable Table(
        EncodedImages images,
        Propagation labels,
        IReadOnlyList<string> classes,
        HashSet<int> given
    )
    {
        var table = new DataTable("index", "file", "label", "source", "confidence");
        for (int i = 0; i < images.Count; i++)
            table.Add(
                i,
                images.Images.FileNames?[i],
                classes[labels.Votes[i].Class],
                given.Contains(i) ? Given : Propagated,
                (float)labels.Votes[i].Confidence
            );
        return table;
    }

    private static DataTable Selection(EncodedImages images, Propagation labels, IReadOnlyList<string> classes)
    {
        var table = new DataTable(SelectionWriter.Columns(images.Dimensions));
        foreach (var (order, index) in labels.Labelled.Index())
            table.Add([
                order + 1,
                index,
                images.Images.FileNames?[index],
                .. images.Code(index).ToArray().Select(value => (object?)value),
                null,
                classes[labels.Votes[index].Class],
                null,
                null,
            ]);
        return table;
    }
}
