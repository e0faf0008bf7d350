using System.Text.Json;
using System.Text.Json.Serialization;
using Elbo.Data;
using Elbo.Evaluation;

namespace Elbo.Workflows.Evaluating;

/// <summary>The scores of an image. The higher a score, the odder is the image.</summary>
/// <param name="Index">Index of the image among those scored, from 0.</param>
/// <param name="File">Path of its file; null if images are not files.</param>
/// <param name="Label">Name of its class; null if it has none.</param>
/// <param name="Likelihood">−log p(x) by importance sampling, in nats.</param>
/// <param name="Reconstruction">Mean squared error of the reconstruction, intensities in [0, 1].</param>
/// <param name="Unexplained">Fraction of the image's variance that the reconstruction does not explain.</param>
/// <param name="Kl">KL(q(z|x) ‖ p(z)) in nats.</param>
/// <param name="Neighbours">
/// Mean Euclidean distance of its code from the 5 nearest codes of training images; null if these are not available.
/// </param>
public sealed record ScoredImage(
    int Index,
    string? File,
    string? Label,
    double Likelihood,
    double Reconstruction,
    double Unexplained,
    double Kl,
    double? Neighbours
)
{
    /// <summary>
    /// Percentile rank of its score among those of training images, from 0 to 100; null if these are not available.
    /// </summary>
    public double? Percentile { get; init; }

    /// <summary>Whether its score is above the threshold; null if there are no training images.</summary>
    public bool? Odd { get; init; }

    /// <summary>The value of a score.</summary>
    /// <exception cref="InvalidOperationException">The score needs training images that are not available.</exception>
    public double Value(OddityScore score) =>
        score switch
        {
            OddityScore.Likelihood => Likelihood,
            OddityScore.Reconstruction => Reconstruction,
            OddityScore.Unexplained => Unexplained,
            OddityScore.Kl => Kl,
            _ => Neighbours ?? throw new InvalidOperationException("there are no training images."),
        };

    /// <summary>The scores as a JSON object in one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ScoreJson.Default.ScoredImage);
}

/// <summary>The JSON format of scores, which can be infinite.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
)]
[JsonSerializable(typeof(ScoredImage))]
internal sealed partial class ScoreJson : JsonSerializerContext;

/// <summary>Result of <see cref="ScoreWorkflow"/>.</summary>
/// <param name="Path">Path of the folder.</param>
/// <param name="Images">The images, oddest first; ties in the order of the images.</param>
/// <param name="References">
/// Number of training images that they are compared with; 0 if these are not available.
/// </param>
/// <param name="Threshold">The score above which an image is odd; null if there are no training images.</param>
/// <param name="Remarks">What the reader of the scores has to know.</param>
public sealed record ScoreSummary(
    string Path,
    IReadOnlyList<ScoredImage> Images,
    int References,
    double? Threshold,
    IReadOnlyList<string> Remarks
)
{
    /// <summary>How well each score finds the images of foreign classes; empty if none are given.</summary>
    public IReadOnlyList<ForeignFigures> Foreign { get; init; } = [];

    /// <summary>Number of odd images.</summary>
    public int OddCount => Images.Count(image => image.Odd == true);
}

/// <summary>How well a score separates foreign images from the others.</summary>
/// <param name="By">The score.</param>
/// <param name="AreaUnderRoc">
/// Area under the ROC curve: the probability that a foreign image has a higher score than another; 0.5 by chance.
/// </param>
/// <param name="AveragePrecision">Average precision; by chance the fraction of foreign images.</param>
/// <param name="Images">Number of foreign images.</param>
public sealed record ForeignFigures(OddityScore By, double AreaUnderRoc, double AveragePrecision, int Images)
{
    /// <summary>The figures of every score that all images have; empty without foreign classes.</summary>
    /// <param name="images">The scored images with their classes.</param>
    /// <param name="foreign">Names of the foreign classes.</param>
    internal static IReadOnlyList<ForeignFigures> Of(IReadOnlyList<ScoredImage> images, IReadOnlySet<string> foreign)
    {
        if (foreign.Count == 0)
            return [];
        bool[] marks = [.. images.Select(image => image.Label is { } label && foreign.Contains(label))];
        return
        [
            .. Enum.GetValues<OddityScore>()
                .Where(by => by != OddityScore.Neighbours || images[0].Neighbours is not null)
                .Select(by =>
                {
                    double[] values = [.. images.Select(image => image.Value(by))];
                    return new ForeignFigures(
                        by,
                        RankingMetrics.AreaUnderRoc(values, marks),
                        RankingMetrics.AveragePrecision(values, marks),
                        marks.Count(mark => mark)
                    );
                }),
        ];
    }

    /// <summary>The names of the foreign classes of <paramref name="images"/>.</summary>
    /// <param name="images">The images.</param>
    /// <param name="wanted">Names or numbers of classes; null for none.</param>
    /// <exception cref="ArgumentException">
    /// The images have no classes, a class does not exist, or all images or none are foreign.
    /// </exception>
    internal static IReadOnlySet<string> Classes(ImageDataset images, IReadOnlyList<string>? wanted)
    {
        const string Option = "foreign";
        if (wanted is null)
            return new HashSet<string>();
        if (images.Labels is null)
            throw new ArgumentException(
                $"{Option} needs images with classes, such as one subfolder each; those of {images.Name} have none."
            );
        var classes = ClassFilter.Find(Option, wanted, images.ClassNames).ToHashSet();
        int count = images.LabelIndices().Count(classes.Contains);
        return count > 0 && count < images.Count
            ? classes.Select(c => images.ClassNames[c]).ToHashSet()
            : throw new ArgumentException(
                $"{Option}: {count:N0} of the {images.Count:N0} images are of the foreign classes "
                    + $"({string.Join(", ", classes.Select(c => images.ClassNames[c]))}); some must be, and some not."
            );
    }
}
