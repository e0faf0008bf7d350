using Elbo.Data.Folder;

namespace Elbo.Workflows;

/// <summary>The images that a command uses: a split of the run's dataset, or images of the user's own.</summary>
public sealed record ImageChoice
{
    /// <summary>
    /// <c>train</c>, <c>test</c>, <c>all</c> (in the order train, validation, test) or, if the dataset has its own,
    /// <c>validation</c>; null is <c>test</c>.
    /// </summary>
    public string? Split { get; init; }

    /// <summary>Path of the user's own images, as for <see cref="ImagesByPath"/>; null uses the split.</summary>
    public string? Images { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<ImageChoice>> List { get; } =
    [
        OptionOf<ImageChoice>.Text(
            "split",
            "split of the run's dataset; validation only if the dataset has validation images of its own",
            o => o.Split,
            (o, v) => o with { Split = v }
        ) with
        {
            Choices = ["train", "test", "all", "validation"],
            Default = "test",
        },
        OptionOf<ImageChoice>.Text(
            "images",
            "your own images instead of a split: a folder, an image file, an array or table file, a text file with one "
                + "path per line, or - for such a list on standard input",
            o => o.Images,
            (o, v) => o with { Images = v }
        ) with
        {
            ValueName = "PATH",
        },
    ];

    /// <summary>A split of the run's dataset.</summary>
    public static ImageChoice OfSplit(string name) => new() { Split = name };

    /// <summary>The user's own images.</summary>
    public static ImageChoice OfPath(string path) => new() { Images = path };

    internal string SplitName => Split ?? "test";

    /// <summary>Name of the images in the names of files: that of the split, or of the folder or file.</summary>
    internal string Name =>
        Images is null ? SplitName
        : Images == ImagesByPath.StandardInput ? "list"
        : Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Images)));

    /// <summary>Name of the images in titles and messages: <c>test images</c>, or <c>images of photos</c>.</summary>
    internal string Subject =>
        Images is not null ? $"images of {Name}"
        : SplitName == "all" ? "images"
        : $"{SplitName} images";

    /// <summary>Checks the options without accessing the disk.</summary>
    /// <exception cref="ArgumentException">Both options are given, or the path is empty.</exception>
    public void Validate()
    {
        if (Images is not null && Split is not null)
            throw new ArgumentException(
                $"images and split were both given; images are your own, and split ({Split}) is part of the run's "
                    + "dataset. Give one."
            );
        if (Images is not null && string.IsNullOrWhiteSpace(Images))
            throw new ArgumentException("images is empty; give a folder, an image file or a list of files.");
    }
}
