using Elbo.Imaging;

namespace Elbo.Data.Folder;

/// <summary>Says in one line what an image folder was understood to be.</summary>
internal static class ImageFolderSummary
{
    private const int NamedClasses = 10;

    /// <summary>
    /// For example <c>photos: 820 images in 2 classes (cat 400, dog 420), 160×120 to 4032×3024; left out 2 .mov.</c>
    /// </summary>
    /// <param name="listing">The folder.</param>
    /// <param name="outcomes">The result for each file; those that cannot be read are not counted.</param>
    public static string Of(ImageFolderListing listing, IReadOnlyList<FileOutcome> outcomes)
    {
        var readable = listing.Files.Where((_, i) => outcomes[i].Fault is null).ToArray();
        string images =
            listing.Splits.Count == 0
                ? Images(listing, readable)
                : string.Join(
                    ", ",
                    listing
                        .Splits.OrderBy(split => split.Key)
                        .Select(split =>
                            $"{split.Value} "
                            + Images(listing, [.. readable.Where(file => file.Split == split.Key)])
                            + (IsUnlabelled(listing, split.Key) ? " without classes" : "")
                        )
                );
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(listing.Folder)));
        return Plain(
            $"{name}: {images}{Sizes([.. outcomes.Select(outcome => outcome.Findings).OfType<DecodeFindings>()])}"
                + $"{(listing.LeftOut.Count > 0 ? $"; left out {string.Join(", ", listing.LeftOut)}" : "")}."
        );
    }

    private static bool IsUnlabelled(ImageFolderListing listing, FolderSplit split) =>
        listing.ClassNames.Count > 0 && listing.Files.First(file => file.Split == split).Label < 0;

    private static string Images(ImageFolderListing listing, ImageFolderFile[] files)
    {
        string count = FolderScan.Count(files.Length, "image");
        var classes = files
            .Where(file => file.Label >= 0)
            .CountBy(file => file.Label)
            .OrderBy(one => one.Key)
            .Select(one => (Name: listing.ClassNames[one.Key], Count: one.Value))
            .ToArray();
        if (classes.Length == 0)
            return count;
        var (least, most) = (classes.MinBy(one => one.Count), classes.MaxBy(one => one.Count));
        string each =
            classes.Length <= NamedClasses ? string.Join(", ", classes.Select(one => $"{one.Name} {one.Count:N0}"))
            : least.Count == most.Count ? $"{least.Count:N0} each"
            : $"{least.Name} {least.Count:N0} to {most.Name} {most.Count:N0}";
        int labelled = classes.Sum(one => one.Count);
        return $"{count}{(labelled < files.Length ? $", {labelled:N0} of them" : "")} in {classes.Length} "
            + $"{(classes.Length == 1 ? "class" : "classes")} ({each})";
    }

    /// <summary>The sizes of the files with the fewest and the most pixels.</summary>
    private static string Sizes(DecodeFindings[] found)
    {
        if (found.Length == 0)
            return "";
        var (least, most) = (found.MinBy(Pixels)!.Size, found.MaxBy(Pixels)!.Size);
        return least == most && found.All(file => file.Size == least)
            ? $", {(found.Length == 1 ? "" : "all ")}{least.Width}×{least.Height}"
            : $", {least.Width}×{least.Height} to {most.Width}×{most.Height}";
    }

    private static long Pixels(DecodeFindings file) => (long)file.Size.Width * file.Size.Height;

    /// <summary>Names of files may contain line breaks, but a remark is one line.</summary>
    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
