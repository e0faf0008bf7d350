using System.Text.Json;
using System.Text.Json.Serialization;

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
/// <param name="References">Number of training images that they are compared with; 0 if these are not available.</param>
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
    /// <summary>Number of odd images.</summary>
    public int OddCount => Images.Count(image => image.Odd == true);
}
