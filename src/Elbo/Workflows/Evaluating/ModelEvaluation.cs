using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Elbo.Formats;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Evaluating;

/// <summary>A figure of an evaluation.</summary>
/// <param name="Group">What it is about: <c>likelihood</c>, <c>reconstruction</c>, <c>codes</c>, ….</param>
/// <param name="Name">Name in tables and JSON.</param>
/// <param name="Value">The value.</param>
/// <param name="StandardError">Standard error of the mean over the images; null if it is not such a mean.</param>
/// <param name="Meaning">A description with the unit.</param>
public sealed record EvaluationFigure(string Group, string Name, double Value, double? StandardError, string Meaning)
{
    /// <summary>The mean of a value per image, with its standard error.</summary>
    internal static EvaluationFigure Mean(string group, string name, IReadOnlyList<double> values, string meaning)
    {
        double mean = values.Average();
        double? error =
            values.Count > 1
                ? Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1) / values.Count)
                : null;
        return new EvaluationFigure(group, name, mean, error, meaning);
    }
}

/// <summary>Result of <see cref="EvaluateWorkflow"/>, as saved in a run's folder <c>evaluations</c>.</summary>
public sealed record ModelEvaluation
{
    /// <summary>The images: <c>test images</c>, or <c>images of photos</c>.</summary>
    public required string Images { get; init; }

    /// <summary>Number of epochs after which training evaluated the model; null for <c>elbo evaluate</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Epoch { get; init; }

    /// <summary>Number of images.</summary>
    public required int Count { get; init; }

    /// <summary>Number of samples per image.</summary>
    public required int ImportanceSamples { get; init; }

    /// <summary>Seed of all random numbers.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The figures in the order of their groups.</summary>
    public required IReadOnlyList<EvaluationFigure> Figures { get; init; }

    /// <summary>Mean KL(q(z_d|x) ‖ N(0, 1)) of each latent dimension d, in nats.</summary>
    public required IReadOnlyList<double> KlPerDimension { get; init; }

    /// <summary>Whether the posterior has collapsed, with what to try, as a sentence.</summary>
    public required string Verdict { get; init; }

    /// <summary>What the reader of the figures has to know.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>The figure called <paramref name="name"/>; null if there is none.</summary>
    public double? Find(string name) => Figures.FirstOrDefault(f => f.Name == name)?.Value;

    /// <summary>log p(x), or the importance-weighted bound where it is no likelihood.</summary>
    internal EvaluationFigure Likelihood => Figures.First(IsLikelihood);

    /// <summary>The evaluation as a JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.Default.ModelEvaluation);

    /// <summary>Writes the evaluation as JSON.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteText(path, ToJson() + "\n");

    /// <summary>Reads an evaluation.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static ModelEvaluation Load(string path)
    {
        try
        {
            var evaluation =
                JsonSerializer.Deserialize(
                    StrictJson.Check(RegularFile.ReadAllText(path), path),
                    EvaluationJson.Default.ModelEvaluation
                ) ?? throw new InvalidDataException($"{path} holds no evaluation.");
            return evaluation.Problem() is { } problem
                ? throw new InvalidDataException($"{path} is not an evaluation: {problem}.")
                : evaluation;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not an evaluation: {FormatBoundary.Reason(e)}", e);
        }
    }

    private static bool IsLikelihood(EvaluationFigure figure) => figure.Name is "log-likelihood" or "importance-bound";

    /// <summary>All evaluations of a run, in the order of their files. Damaged ones are left out.</summary>
    internal static IReadOnlyList<ModelEvaluation> LoadAll(RunFolder run)
    {
        var result = new List<ModelEvaluation>();
        if (!Directory.Exists(run.Evaluation()))
            return result;
        foreach (string file in Directory.EnumerateFiles(run.Evaluation(), "*.json").Order(StringComparer.Ordinal))
            try
            {
                result.Add(Load(file));
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                // What can be read is shown.
            }
        return result;
    }

    /// <summary>A value that no evaluation has, in valid JSON of the right types; null if there is none.</summary>
    private string? Problem()
    {
        if (Count < 0 || ImportanceSamples < 0 || Epoch < 1)
            return "a number of images, samples or epochs is too small";
        // Nullable annotations do not cover the elements of a list.
        if (Figures.Any(figure => (EvaluationFigure?)figure is null or { Group: null } or { Name: null }))
            return "a figure is null or has no name";
        if (!Figures.Any(IsLikelihood))
            return "no figure is a log-likelihood or an importance-bound";
        return Remarks.Any(string.IsNullOrEmpty) ? "a remark is empty" : null;
    }
}

/// <summary>
/// The JSON format of evaluations. A figure such as the PSNR of exact reconstructions can be infinite.
/// </summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(ModelEvaluation))]
internal sealed partial class EvaluationJson : JsonSerializerContext;

/// <summary>Figures as text, for the terminal and the report.</summary>
internal static class EvaluationText
{
    /// <summary>
    /// A whole number as it is, other values with about four significant digits, without an exponent for ordinary
    /// sizes.
    /// </summary>
    public static string Number(double value) =>
        Math.Abs(value) switch
        {
            < 100_000 when double.IsInteger(value) => value.ToString("0", CultureInfo.InvariantCulture),
            >= 100_000 or (> 0 and < 0.0001) => value.ToString("0.###e+0", CultureInfo.InvariantCulture),
            >= 1000 => value.ToString("0.0", CultureInfo.InvariantCulture),
            >= 10 => value.ToString("0.00", CultureInfo.InvariantCulture),
            >= 1 => value.ToString("0.000", CultureInfo.InvariantCulture),
            _ => value.ToString("0.0000", CultureInfo.InvariantCulture),
        };
}
