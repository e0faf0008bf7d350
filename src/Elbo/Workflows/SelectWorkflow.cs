using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Selection;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>The <c>elbo select</c> command: chooses images of a split to be labelled.</summary>
public static class SelectWorkflow
{
    /// <summary>
    /// Chooses images by their latent codes and writes a folder with a table, the images, figures and a contact sheet.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Options of the selection; null uses the defaults.</param>
    /// <param name="progress">Receives the progress of every stage.</param>
    /// <param name="cancellation">Cancels the selection. Nothing is written then.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of range, or the images do not suit the strategy.
    /// </exception>
    /// <exception cref="IOException">The folder exists or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The selection was cancelled.</exception>
    public static SelectionSummary Run(
        LoadedRun run,
        SelectOptions? options = null,
        IProgress<SelectionProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        options ??= new SelectOptions();
        options.Validate();
        var entry = SelectionCatalog.Get(options.Strategy);
        var strategy = entry.Create(options.StrategyOptions);
        var images = run.Split(options.Split);
        int budget = options.BudgetOf(images.Count);
        using var folder = OutputFolder.Choose(
            options.Output,
            run.Folder.Selection($"{entry.Name}-{options.Split}-{budget}"),
            SelectionWriter.TableName,
            options.Overwrite
        );

        progress?.Report(new SelectionProgress($"encoding {images.Count:N0} images", 0));
        float[] codes = ModelInputs.Codes(run.Model, run.Config, images, images.Count, cancellation);
        var rng = new Rng(options.Seed);
        var pool = Pool(run.Model, images, codes, options.Threads);
        var result = strategy.Select(
            pool,
            budget,
            rng.Fork("selection"),
            new StageProgress(progress, $"choosing {budget:N0} by {entry.Name}"),
            cancellation
        );
        progress?.Report(new SelectionProgress("writing", 0));
        int[] random = new RandomSelection()
            .Select(pool, budget, rng.Fork("random"), cancellation: cancellation)
            .Indices();
        var writer = new SelectionWriter(run, images, pool, result, random, entry, options, cancellation);
        writer.Write(folder.Staging, cancellation);
        folder.Complete();
        return new SelectionSummary(folder.Path, images.Count, result, writer.Notes());
    }

    /// <summary>Creates the pool for a strategy. The model decodes on this thread.</summary>
    internal static SelectionPool Pool(GenerativeModel model, ImageDataset images, float[] codes, int threads) =>
        new(codes, model.LatentDim)
        {
            Originals = images.ToIntensities,
            Decode = z => Inference.Decode(model, z),
            Threads = threads,
        };
}

/// <summary>Summary of a selection.</summary>
/// <param name="Path">Path of the folder.</param>
/// <param name="PoolCount">Number of images to choose from.</param>
/// <param name="Result">The choice.</param>
/// <param name="Notes">Remarks for the user, one line each.</param>
public sealed record SelectionSummary(string Path, int PoolCount, SelectionResult Result, IReadOnlyList<string> Notes);

/// <summary>Progress of a selection.</summary>
/// <param name="Stage">Current stage: <c>encoding 10,000 images</c>.</param>
/// <param name="Share">Completed fraction of the stage, in [0, 1].</param>
public readonly record struct SelectionProgress(string Stage, double Share);

/// <summary>Forwards the progress of a stage.</summary>
internal sealed class StageProgress(IProgress<SelectionProgress>? progress, string stage) : IProgress<double>
{
    public void Report(double value) => progress?.Report(new SelectionProgress(stage, value));
}
