using Elbo.Data;

namespace Elbo.Workflows.Exploring;

/// <summary>Options of <see cref="NeighboursWorkflow"/>.</summary>
public sealed record NeighboursOptions
{
    /// <summary>
    /// Path of the query images, as for <see cref="ImageChoice.Images"/>; null if <see cref="Index"/> is given.
    /// </summary>
    public string? Images { get; init; }

    /// <summary>
    /// Indices of query images among those searched, from 0; null if <see cref="Images"/> is given. An image is not its
    /// own neighbour.
    /// </summary>
    public IReadOnlyList<int>? Index { get; init; }

    /// <summary>Number of neighbours of each query.</summary>
    public int Count { get; init; } = 12;

    /// <summary>
    /// The split to search, named as in <see cref="ImageChoice.Split"/>; null is <c>train</c>.
    /// </summary>
    public string? Split { get; init; }

    /// <summary>Path of the user's own images to search instead of a split.</summary>
    public string? Among { get; init; }

    /// <summary>Folder to write; null chooses one in the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether an existing folder may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Number of threads; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<NeighboursOptions>> List { get; } =
    [
        FromChoice("images") with
        {
            Description =
                "images whose neighbours are searched: an image file, a folder, a text file with one path per line, or "
                + "- for such a list on standard input",
        },
        OptionOf<NeighboursOptions>.WholeNumbers(
            "index",
            "instead of --images: indices of images among those searched, counted from 0",
            o => o.Index,
            (o, v) => o with { Index = v }
        ) with
        {
            Example = "3,17",
        },
        OptionOf<NeighboursOptions>.WholeNumber(
            "count",
            "number of neighbours of each image",
            o => o.Count,
            (o, v) => o with { Count = v }
        ) with
        {
            Letter = 'n',
            Range = OptionRange.From(1),
        },
        FromChoice("split") with
        {
            Description =
                "split of the run's dataset to search; validation only if the dataset has validation images of its own",
            Default = "train",
        },
        OptionOf<NeighboursOptions>.Text(
            "among",
            "search your own images instead of a split; the same forms as --images",
            o => o.Among,
            (o, v) => o with { Among = v }
        ) with
        {
            ValueName = "PATH",
        },
        CommonOptions.Output<NeighboursOptions>(
            "folder to write; by default one in the run's folder neighbours",
            o => o.Output,
            (o, v) => o with { Output = v }
        ) with
        {
            ValueName = "DIR",
        },
        CommonOptions.Overwrite<NeighboursOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
        CommonOptions.Threads<NeighboursOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
    ];

    /// <summary>The query images; null if they are among those searched.</summary>
    internal ImageChoice? Queries => Images is null ? null : ImageChoice.OfPath(Images);

    /// <summary>The images to search.</summary>
    internal ImageChoice Searched => Among is null ? ImageChoice.OfSplit(Split ?? "train") : ImageChoice.OfPath(Among);

    /// <summary>Checks everything that can be checked without the images.</summary>
    /// <exception cref="ArgumentException">An option is missing or out of range, or two contradict each other.</exception>
    public void Validate()
    {
        if (Images is null && Index is not { Count: > 0 })
            throw new ArgumentException(
                "--images is missing; give the image or folder whose neighbours are searched, or --index with indices "
                    + "of the images searched."
            );
        if (Images is not null && Index is not null)
            throw new ArgumentException("images and index were both given; either names the queries. Give one.");
        if (Among is not null && Split is not null)
            throw new ArgumentException(
                $"among and split were both given; among is your own images, and split ({Split}) is part of the run's "
                    + "dataset. Give one."
            );
        List.Validate(this);
        Queries?.Validate();
        Searched.Validate();
    }

    /// <summary>Checks the indices and the number of neighbours against the images searched.</summary>
    internal void RequireEnough(ImageDataset images)
    {
        foreach (int index in Index ?? [])
            if (index < 0 || index >= images.Count)
                throw new ArgumentException(
                    $"index is {index}; there are {images.Count:N0} {Searched.Subject}, counted from 0."
                );
        int others = images.Count - (Index is null ? 0 : 1);
        if (Count > others)
            throw new ArgumentException(
                $"count is {Count:N0}; there are {others:N0} {(Index is null ? "" : "other ")}{Searched.Subject}."
            );
    }

    private static OptionOf<NeighboursOptions> FromChoice(string name) =>
        ImageChoice
            .List.Single(option => option.Name == name)
            .Within<NeighboursOptions>(
                o => new ImageChoice { Images = o.Images, Split = o.Split },
                (o, v) => o with { Images = v.Images, Split = v.Split }
            );
}
