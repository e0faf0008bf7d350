using System.Security.Cryptography;
using Elbo.Data;
using Elbo.Formats;

namespace Elbo.Workflows.Exploring;

/// <summary>Options of <see cref="DuplicatesWorkflow"/>.</summary>
public sealed record DuplicatesOptions
{
    /// <summary>
    /// Path of the user's own images, as for <see cref="ImageChoice.Images"/>; null searches all splits of the run's
    /// dataset.
    /// </summary>
    public string? Images { get; init; }

    /// <summary>
    /// The largest pixel distance of near copies, 0 to 1: the root mean square difference of two images after each is
    /// shifted and scaled to mean 0 and standard deviation 1. 0 finds exact copies only.
    /// </summary>
    public double Threshold { get; init; } = 0.15;

    /// <summary>Folder to write; null chooses one in the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether an existing folder may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Number of threads; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<DuplicatesOptions>> List { get; } =
    [
        ImageChoice
            .List.Single(option => option.Name == "images")
            .Within<DuplicatesOptions>(
                o => new ImageChoice { Images = o.Images },
                (o, v) => o with { Images = v.Images }
            ) with
        {
            Description =
                "search your own images instead of the run's dataset: a folder, a text file with one path per line, "
                + "or - for such a list on standard input",
        },
        OptionOf<DuplicatesOptions>.Number(
            "threshold",
            "largest pixel distance of near copies; 0 finds exact copies only",
            o => o.Threshold,
            (o, v) => o with { Threshold = v }
        ) with
        {
            Range = OptionRange.Between(0, 1),
        },
        CommonOptions.Output<DuplicatesOptions>(
            "folder to write; by default one in the run's folder duplicates",
            o => o.Output,
            (o, v) => o with { Output = v }
        ) with
        {
            ValueName = "DIR",
        },
        CommonOptions.Overwrite<DuplicatesOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
        CommonOptions.Threads<DuplicatesOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
    ];

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        List.Validate(this);
        Choice.Validate();
    }

    /// <summary>The images to search.</summary>
    internal ImageChoice Choice => Images is null ? ImageChoice.OfSplit("all") : ImageChoice.OfPath(Images);
}

/// <summary>The <c>elbo duplicates</c> command: finds exact and near copies among images.</summary>
public static class DuplicatesWorkflow
{
    /// <summary>Finds copies and writes a folder with a table and a contact sheet of the largest groups.</summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Images, threshold and destination; null uses the defaults.</param>
    /// <param name="cancellation">Cancels the search. Nothing is written then.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="IOException">The folder exists or cannot be written, or images cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public static DuplicatesSummary Run(
        LoadedRun run,
        DuplicatesOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        options ??= new DuplicatesOptions();
        options.Validate();
        using var folder = OutputFolder.Choose(
            options.Output,
            run.Folder.Findings("duplicates", options.Choice.Name),
            DuplicatesWriter.TableName,
            options.Overwrite
        );
        var (encoded, groups, summary) = Find(run, options, cancellation);
        summary = summary with { Path = folder.Path };
        new DuplicatesWriter(run, encoded, groups, summary, options).Write(folder.Staging);
        folder.Complete();
        return summary;
    }

    /// <summary>Finds copies as <see cref="Run"/> does, and writes nothing.</summary>
    /// <returns>
    /// The images, the indices of the members of each group, and the groups with an empty path.
    /// </returns>
    internal static (EncodedImages Images, int[][] Groups, DuplicatesSummary Summary) Find(
        LoadedRun run,
        DuplicatesOptions options,
        CancellationToken cancellation = default
    )
    {
        options.Validate();
        var images = run.Images(options.Choice, cancellation);
        var encoded = EncodedImages.Of(run, images, cancellation);
        var search = new DuplicateSearch(encoded, options.Threads);
        var (groups, distances) = search.Find(options.Threshold, cancellation);
        var origins = options.Images is null ? Origins(run.Data) : [("", 0)];
        var summary = new DuplicatesSummary(
            "",
            images.Count,
            [.. groups.Select(group => Group(group, distances, images, origins, cancellation))]
        )
        {
            LatentRadius = search.Radius,
        };
        return (encoded, groups, summary);
    }

    /// <summary>Name and first index of each split, in the order of the split <c>all</c>.</summary>
    private static (string Name, int First)[] Origins(DatasetSplits data)
    {
        int held = data.Validation?.Count ?? 0;
        return data.Validation is null
            ? [("train", 0), ("test", data.Train.Count)]
            : [("train", 0), ("validation", data.Train.Count), ("test", data.Train.Count + held)];
    }

    private static DuplicateGroup Group(
        int[] members,
        double[] distances,
        ImageDataset images,
        (string Name, int First)[] origins,
        CancellationToken cancellation
    )
    {
        var copies = members
            .Where(i => distances[i] == 0)
            .GroupBy(i => Convert.ToHexString(SHA256.HashData(images.Image(i))))
            .Where(same => same.Skip(1).Any())
            .SelectMany(same => same)
            .ToHashSet();
        var files = copies
            .Where(i => images.FilePath(i) is not null)
            .GroupBy(i => FileDigest(images.FilePath(i)!, cancellation))
            .Where(same => same.Skip(1).Any())
            .SelectMany(same => same)
            .ToHashSet();
        return new DuplicateGroup([
            .. members.Select(i =>
            {
                var (split, first) = origins.Last(origin => origin.First <= i);
                return new DuplicateImage(split, i - first, images.FilePath(i), distances[i])
                {
                    Kind = copies.Contains(i) ? DuplicateKind.Exact : DuplicateKind.Near,
                    IsFileCopy = files.Contains(i),
                    Label = images.ClassName(i),
                };
            }),
        ]);
    }

    private static string FileDigest(string path, CancellationToken cancellation)
    {
        using var file = RegularFile.Open(path, cancellation);
        return Convert.ToHexString(SHA256.HashData(file));
    }
}

/// <summary>How similar copies are.</summary>
public enum DuplicateKind
{
    /// <summary>All pixels are equal at the model's size.</summary>
    Exact,

    /// <summary>Codes and pixels differ by less than the thresholds.</summary>
    Near,
}

/// <summary>An image that has a copy.</summary>
/// <param name="Split">
/// <c>train</c>, <c>validation</c> or <c>test</c>; empty for the user's own images.
/// </param>
/// <param name="Index">Index of the image in its split.</param>
/// <param name="File">Path of its file; null if images are not files.</param>
/// <param name="Distance">Pixel distance from the most similar image of the group.</param>
public sealed record DuplicateImage(string Split, int Index, string? File, double Distance)
{
    /// <summary>Exact if another image of the group has the same pixels.</summary>
    public DuplicateKind Kind { get; init; }

    /// <summary>Whether another file of the group has the same bytes.</summary>
    public bool IsFileCopy { get; init; }

    /// <summary>Class name; null if unknown.</summary>
    public string? Label { get; init; }
}

/// <summary>Images that are copies of each other, directly or through other images of the group.</summary>
/// <param name="Images">At least two images, in the order train, validation, test.</param>
public sealed record DuplicateGroup(IReadOnlyList<DuplicateImage> Images)
{
    /// <summary>Whether the group has both training and test images.</summary>
    public bool IsAcrossTrainAndTest =>
        Images.Any(image => image.Split == "train") && Images.Any(image => image.Split == "test");

    /// <summary>Whether the images have different labels.</summary>
    public bool HasConflictingLabels => Images.Select(image => image.Label).Distinct().Skip(1).Any();
}

/// <summary>Result of <see cref="DuplicatesWorkflow"/>.</summary>
/// <param name="Path">Path of the folder.</param>
/// <param name="Count">Number of images searched.</param>
/// <param name="Groups">The groups, in the order of their first images.</param>
public sealed record DuplicatesSummary(string Path, int Count, IReadOnlyList<DuplicateGroup> Groups)
{
    /// <summary>The largest distance of the codes of near copies: the median distance of two codes.</summary>
    public double LatentRadius { get; init; }

    /// <summary>Number of test images in a group with a training image.</summary>
    public int TestImagesInTrain =>
        Groups
            .Where(group => group.IsAcrossTrainAndTest)
            .Sum(group => group.Images.Count(image => image.Split == "test"));
}
