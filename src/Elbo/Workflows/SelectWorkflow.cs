using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Selection;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>Which images of a run to choose for labelling, and how.</summary>
public sealed record SelectOptions
{
    /// <summary>How many images are chosen unless something else is asked for.</summary>
    public const int UsualBudget = 100;

    /// <summary><c>test</c>, <c>train</c> or, where the dataset itself has such, <c>validation</c>.</summary>
    public string Split { get; init; } = "test";

    /// <summary>A strategy of the <see cref="SelectionCatalog"/>.</summary>
    public string Strategy { get; init; } = SelectionCatalog.All[0].Name;

    /// <summary>Options of the strategy by name; those that are missing have their defaults.</summary>
    public IReadOnlyDictionary<string, double> StrategyOptions { get; init; } = new Dictionary<string, double>();

    /// <summary>How many images to choose; null takes the fraction, or 100, or all where there are fewer.</summary>
    public int? Budget { get; init; }

    /// <summary>The share of the images to choose instead, above 0 and at most 1.</summary>
    public double? Fraction { get; init; }

    /// <summary>Decides every random choice.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads to compute with, 0 for one per processor; the choice does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The folder to write; null writes one into the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether a selection that is there may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Whether every image of the split is written as a PNG too, not the chosen ones alone.</summary>
    public bool AllImages { get; init; }

    /// <summary>Checks what can be checked without the images.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or the strategy lacks it.</exception>
    public void Validate()
    {
        SelectionCatalog.Get(Strategy).Create(StrategyOptions);
        if (Budget is not null && Fraction is not null)
            throw new ArgumentException("budget and fraction were both given; either says how many images are chosen.");
        if (Budget is < 1)
            throw new ArgumentException($"budget is {Budget}; it must be 1 or more images.");
        if (Fraction is { } fraction && !(fraction is > 0 and <= 1))
            throw new ArgumentException($"fraction is {fraction}; it must be above 0 and at most 1.");
        if (Threads is < 0 or > 1024)
            throw new ArgumentException($"threads is {Threads}; it must be from 0 to 1024.");
    }

    /// <summary>How many of <paramref name="count"/> images to choose.</summary>
    /// <exception cref="ArgumentException">More than there are.</exception>
    internal int BudgetOf(int count)
    {
        if (Budget > count)
            throw new ArgumentException($"budget is {Budget:N0}; the {Split} split has {count:N0} images.");
        return Budget
            ?? (
                Fraction is { } fraction ? Math.Max(1, (int)Math.Round(fraction * count)) : Math.Min(UsualBudget, count)
            );
    }
}

/// <summary>What <c>elbo select</c> does: of a split's images, those that a person should label.</summary>
public static class SelectWorkflow
{
    /// <summary>
    /// Chooses images by their latent codes and writes a folder: a table, the images, figures and a contact sheet.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="options">What to choose, and how; null takes the defaults.</param>
    /// <param name="progress">Told of every stage.</param>
    /// <param name="cancellation">Ends the work early; nothing is left of it then.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the images do not suit the
    /// strategy.</exception>
    /// <exception cref="IOException">The folder exists or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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

    /// <summary>Codes as strategies want them; their model draws on this thread.</summary>
    internal static SelectionPool Pool(GenerativeModel model, ImageDataset images, float[] codes, int threads) =>
        new(codes, model.LatentDim)
        {
            Originals = images.ToIntensities,
            Decode = z => Inference.Decode(model, z),
            Threads = threads,
        };
}

/// <summary>What a selection came to.</summary>
/// <param name="Path">The folder that was written.</param>
/// <param name="PoolCount">How many images there were to choose from.</param>
/// <param name="Result">The choice.</param>
/// <param name="Notes">What a person should know of it, a line each.</param>
public sealed record SelectionSummary(string Path, int PoolCount, SelectionResult Result, IReadOnlyList<string> Notes);

/// <summary>How far a selection is.</summary>
/// <param name="Stage">What is being done: <c>encoding 10,000 images</c>.</param>
/// <param name="Share">The share of it that is done, in [0, 1].</param>
public readonly record struct SelectionProgress(string Stage, double Share);

/// <summary>Passes on the share of one stage.</summary>
internal sealed class StageProgress(IProgress<SelectionProgress>? progress, string stage) : IProgress<double>
{
    public void Report(double value) => progress?.Report(new SelectionProgress(stage, value));
}
