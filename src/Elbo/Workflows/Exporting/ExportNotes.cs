using System.Globalization;
using System.Text.Json.Nodes;
using Elbo.Models;
using Elbo.Training;
using Elbo.Workflows.Runs;

namespace Elbo.Workflows.Exporting;

/// <summary>
/// What a program needs to know besides the weights, as metadata of exported files: which weights these are, and how
/// images are prepared.
/// </summary>
internal static class ExportNotes
{
    /// <summary>Keys of notes that <c>elbo import</c> reads.</summary>
    public const string Binarize = "binarize",
        Dataset = "dataset",
        Run = "run";

    /// <summary>The notes on the model of a run, without those of <see cref="ModelFile.Describe"/>.</summary>
    public static IReadOnlyDictionary<string, string> Of(LoadedRun run)
    {
        var (model, config) = (run.Model, run.Config);
        var notes = new Dictionary<string, string>
        {
            ["normalization"] = "intensities in [0, 1]: 0 is black, 1 is white; bytes are divided by 255",
            [Binarize] = OptionName.Name(config.Binarize),
            ["latent_dim"] = Text(model.LatentDim),
            ["weights"] = run.Weights.ToString(),
            [Dataset] = config.Dataset,
            [Run] = run.Folder.Name,
        };
        if (Epochs(run) is { } epochs)
            notes["epochs"] = Text(epochs);
        var classes = model.Options.Condition ?? RunRecord.TryLoad(run.Folder)?.ClassNames ?? [];
        if (classes.Count > 0)
            notes["classes"] = ToJson(classes);
        if (model.PixelVariance is { } variance)
            notes["pixel_variance"] = variance.ToString(CultureInfo.InvariantCulture);
        return notes;
    }

    /// <summary>The number of epochs after which the run has these weights, if it is known.</summary>
    private static int? Epochs(LoadedRun run) =>
        run.Weights.Epoch
        ?? (
            run.Weights == RunWeights.Final
            && run.Config.EarlyStopping == 0
            && File.Exists(run.Folder.Metrics)
            && MetricsTable.Load(run.Folder.Metrics).Rows is [.., var last]
                ? last.Epoch
                : null
        );

    private static string ToJson(IEnumerable<string> texts) =>
        new JsonArray([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]).ToJsonString();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
