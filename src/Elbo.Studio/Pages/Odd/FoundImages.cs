using Elbo.Data;
using Elbo.Studio.Layout;
using Elbo.Workflows;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Exploring;

namespace Elbo.Studio.Pages.Odd;

/// <summary>An image in a gallery.</summary>
/// <param name="Index">Index of the image in its dataset.</param>
/// <param name="Name">Name of its file, or its index.</param>
/// <param name="Note">Its score, or its distance.</param>
/// <param name="Pictures">What is shown of it: the image, and maps of differences.</param>
internal sealed record FoundImage(
    int Index,
    string Name,
    string Note,
    IReadOnlyList<(string Caption, string Url)> Pictures
)
{
    /// <summary>Whether it is above the threshold.</summary>
    public bool IsOdd { get; init; }

    /// <summary>Heading of the group that it begins; null if it is not the first of a group.</summary>
    public string? Heading { get; init; }
}

/// <summary>Result of a search, whose pictures are made page by page.</summary>
internal abstract class FoundImages(ImageDataset images)
{
    /// <summary>The dataset.</summary>
    public ImageDataset Images { get; } = images;

    /// <summary>What was found, in a sentence.</summary>
    public abstract string Summary { get; }

    /// <summary>Number of images found.</summary>
    public abstract int Count { get; }

    /// <summary>
    /// Indices of the images that are worth marking: those above the threshold, or all copies but the first.
    /// </summary>
    public abstract IReadOnlyList<int> Suggested { get; }

    /// <summary>What <see cref="Suggested"/> is called on the button.</summary>
    public abstract string SuggestedName { get; }

    /// <summary>The images from a position on.</summary>
    public abstract IReadOnlyList<FoundImage> Page(LoadedRun run, int start, int count);

    /// <summary>Why an image was found, for the table of marked ones.</summary>
    public abstract string Note(int index);

    /// <summary>Name of an image: that of its file, or its index.</summary>
    protected string Name(int index) => Images.FilePath(index) is { } file ? Path.GetFileName(file) : $"index {index}";
}

/// <summary>Images by how odd they are.</summary>
internal sealed class OddImages : FoundImages
{
    private readonly ScoreSummary _summary;
    private readonly OddityScore _by;
    private readonly Dictionary<int, ScoredImage> _scores;

    private OddImages(ImageDataset images, ScoreSummary summary, OddityScore by)
        : base(images)
    {
        (_summary, _by) = (summary, by);
        _scores = summary.Images.ToDictionary(image => image.Index);
        Suggested = [.. summary.Images.Where(image => image.Odd == true).Select(image => image.Index)];
    }

    /// <inheritdoc/>
    public override string Summary =>
        _summary.Threshold is { } threshold
            ? $"{_summary.OddCount:N0} of {Count:N0} images have a {OptionName.Name(_by)} score above "
                + $"{EvaluationText.Number(threshold)}, the threshold from {_summary.References:N0} training images."
            : $"{Count:N0} images. {string.Join(' ', _summary.Remarks)}";

    /// <inheritdoc/>
    public override int Count => _summary.Images.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Suggested { get; }

    /// <inheritdoc/>
    public override string SuggestedName => "Mark all above the threshold";

    /// <summary>Scores images.</summary>
    public static OddImages Search(
        LoadedRun run,
        ScoreOptions options,
        IProgress<string> progress,
        CancellationToken cancellation
    )
    {
        var (images, summary) = ScoreWorkflow.Score(run, options, new StageMessages(progress), cancellation);
        return new OddImages(images, summary, options.By);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<FoundImage> Page(LoadedRun run, int start, int count)
    {
        ScoredImage[] shown = [.. _summary.Images.Skip(start).Take(count)];
        var pictures = ReconstructedImages.Of(run, Images, [.. shown.Select(image => image.Index)]);
        return
        [
            .. shown.Select(
                (image, i) =>
                    new FoundImage(
                        image.Index,
                        Name(image.Index),
                        Note(image.Index),
                        [
                            ("image", PictureUrl.Of(pictures.Original(i))),
                            ("reconstruction", PictureUrl.Of(pictures.Reconstruction(i))),
                            ("difference", PictureUrl.Of(pictures.Difference(i))),
                        ]
                    )
                    {
                        IsOdd = image.Odd == true,
                    }
            ),
        ];
    }

    /// <inheritdoc/>
    public override string Note(int index)
    {
        var image = _scores[index];
        string percentile = image.Percentile is { } rank
            ? FormattableString.Invariant($", odder than {rank:0.##} % of training images")
            : "";
        return $"{OptionName.Name(_by)} {EvaluationText.Number(image.Value(_by))}{percentile}";
    }
}

/// <summary>Images of which there are copies, group by group.</summary>
internal sealed class CopiedImages : FoundImages
{
    private readonly DuplicatesSummary _summary;
    private readonly (int Group, int Position, int Index)[] _members;
    private readonly Dictionary<int, string> _notes = [];

    private CopiedImages(ImageDataset images, int[][] groups, DuplicatesSummary summary)
        : base(images)
    {
        _summary = summary;
        _members = [.. groups.SelectMany((group, g) => group.Select((index, i) => (g, i, index)))];
        foreach (var (g, i, index) in _members)
            _notes[index] = Describe(g, summary.Groups[g].Images[i]);
        Suggested = [.. _members.Where(member => member.Position > 0).Select(member => member.Index)];
    }

    /// <inheritdoc/>
    public override string Summary =>
        _summary.Groups.Count == 0
            ? $"There are no copies among {_summary.Count:N0} images."
            : $"{_members.Length:N0} of {_summary.Count:N0} images are in {_summary.Groups.Count:N0} groups of copies; "
                + $"{_summary.TestImagesInTrain:N0} test images have a copy in training.";

    /// <inheritdoc/>
    public override int Count => _members.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Suggested { get; }

    /// <inheritdoc/>
    public override string SuggestedName => "Mark all but the first of each group";

    /// <summary>Finds copies.</summary>
    public static CopiedImages Search(LoadedRun run, DuplicatesOptions options, CancellationToken cancellation)
    {
        var (images, groups, summary) = DuplicatesWorkflow.Find(run, options, cancellation);
        return new CopiedImages(images.Images, groups, summary);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<FoundImage> Page(LoadedRun run, int start, int count) =>
        [.. _members.Skip(start).Take(count).Select((member, i) => Show(member, isFirst: i == 0))];

    /// <inheritdoc/>
    public override string Note(int index) => _notes[index];

    private FoundImage Show((int Group, int Position, int Index) member, bool isFirst)
    {
        var (group, position, index) = member;
        int first = _members.First(other => other.Group == group).Index;
        (string, string)[] difference =
            position == 0 ? [] : [("difference from the first", PictureUrl.Of(Difference(first, index), Images.Shape))];
        return new FoundImage(
            index,
            Name(index),
            _notes[index],
            [("image", PictureUrl.Of(Images, index)), .. difference]
        )
        {
            Heading = position == 0 || isFirst ? Heading(group) : null,
        };
    }

    private string Heading(int group)
    {
        var found = _summary.Groups[group];
        string conflict = found.HasConflictingLabels ? ", of different classes" : "",
            across = found.IsAcrossTrainAndTest ? ", in training and test" : "";
        return $"Group {group + 1}: {found.Images.Count:N0} images{conflict}{across}";
    }

    private static string Describe(int group, DuplicateImage image)
    {
        string kind =
            image.IsFileCopy ? "same file"
            : image.Kind == DuplicateKind.Exact ? "same pixels"
            : FormattableString.Invariant($"distance {image.Distance:0.###}");
        return $"group {group + 1}, {(image.Split.Length > 0 ? $"{image.Split} {image.Index}, " : "")}{kind}";
    }

    private float[] Difference(int a, int b)
    {
        ReadOnlySpan<byte> one = Images.Image(a),
            other = Images.Image(b);
        float[] difference = new float[one.Length];
        for (int i = 0; i < difference.Length; i++)
            difference[i] = Math.Abs(one[i] - other[i]) / 255f;
        return difference;
    }
}
