using Elbo.Data;
using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Workflows.Exploring;

namespace Elbo.Workflows.Evaluating;

/// <summary>The <c>elbo score</c> command: finds images that are unlike the training images of a run.</summary>
public static class ScoreWorkflow
{
    /// <summary>Maximum number of training images whose scores are computed for comparison.</summary>
    private const int MostReferences = 2_000;

    /// <summary>
    /// Scores images, compares the scores with those of up to 2,000 random training images, and writes a folder with
    /// two tables and a contact sheet of the oddest.
    /// </summary>
    /// <remarks>
    /// A training image is not its own neighbour. The scores of an image depend on the seed and its content only, and
    /// are the same for any number of threads.
    /// </remarks>
    /// <param name="run">The run.</param>
    /// <param name="options">The images, the score that sorts them, the threshold, and the destination.</param>
    /// <param name="progress">Receives progress.</param>
    /// <param name="cancellation">Cancels the computation. Nothing is written then.</param>
    /// <exception cref="ArgumentException">An option is invalid, or does not suit the images.</exception>
    /// <exception cref="IOException">
    /// Images cannot be found, or the folder exists or cannot be written; or the training images cannot be found, and
    /// the options need them.
    /// </exception>
    /// <exception cref="InvalidDataException">No image can be read.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static ScoreSummary Run(
        LoadedRun run,
        ScoreOptions options,
        IProgress<WorkflowProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        using var folder = OutputFolder.Choose(
            options.Output,
            run.Folder.Findings("scores", $"{OptionName.Name(options.By)}-{options.Choice.Name}"),
            ScoreWriter.TableName,
            options.Overwrite
        );
        var (images, summary) = Score(run, options, progress, cancellation);
        summary = summary with { Path = folder.Path };
        new ScoreWriter(run, images, summary, options).Write(folder.Staging);
        folder.Complete();
        return summary;
    }

    /// <summary>Scores images as <see cref="Run"/> does, and writes nothing.</summary>
    /// <returns>The images, and their scores with an empty path.</returns>
    internal static (ImageDataset Images, ScoreSummary Summary) Score(
        LoadedRun run,
        ScoreOptions options,
        IProgress<WorkflowProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        options.Validate();
        var images = run.Images(options.Choice, cancellation);
        var foreign = ForeignFigures.Classes(images, options.Foreign);
        List<string> remarks = [];
        var training = Training(run, options, remarks) is { } found ? EncodedImages.Of(run, found, cancellation) : null;
        var scorer = new ImageScorer(run, training, options, progress, cancellation);
        var sample = training is null ? null : Reference(training.Images, scorer, options);
        double? threshold = sample?.Quantile(options.Threshold);
        var scored = scorer
            .Score(images, Itself(images, training, options.Choice), $"{images.Count:N0} {options.Choice.Subject}")
            .Select(image =>
                image with
                {
                    Percentile = sample?.Percentile(image.Value(options.By)),
                    Odd = threshold is { } most ? image.Value(options.By) > most : null,
                }
            )
            .OrderByDescending(image => image.Value(options.By));
        ScoredImage[] sorted = [.. scored];
        return (
            images,
            new ScoreSummary("", sorted, sample?.Count ?? 0, threshold, remarks)
            {
                Foreign = ForeignFigures.Of(sorted, foreign),
            }
        );
    }

    /// <summary>The training images; null if they cannot be found and nothing of the options needs them.</summary>
    private static ImageDataset? Training(LoadedRun run, ScoreOptions options, List<string> remarks)
    {
        try
        {
            return run.Data.Train;
        }
        catch (IOException e) when (options.Choice.Images is not null)
        {
            if (options.FailAbove || options.By == OddityScore.Neighbours)
                throw new IOException(
                    $"{(options.FailAbove ? "--fail-above" : "--by neighbours")} needs the training images: "
                        + e.Message,
                    e
                );
            remarks.Add(
                "the training images are not available, so there are no distances of neighbours, no percentiles and no "
                    + $"threshold: {e.Message}"
            );
            return null;
        }
    }

    /// <summary>The scores of random training images.</summary>
    internal static ScoreSample Reference(ImageDataset training, ImageScorer scorer, ScoreOptions options)
    {
        int[] rows = [.. Enumerable.Range(0, training.Count)];
        new Rng(options.Seed).Fork("score").Fork("reference").Shuffle<int>(rows);
        rows = rows[..Math.Min(MostReferences, rows.Length)];
        var chosen = training.Pick(rows);
        return new ScoreSample([
            .. scorer
                .Score(chosen, i => rows[i], $"{rows.Length:N0} training images for comparison")
                .Select(image => image.Value(options.By)),
        ]);
    }

    /// <summary>Index of a scored image among the training images, if it is one of them; −1 if it is not.</summary>
    private static Func<int, int> Itself(ImageDataset images, EncodedImages? training, ImageChoice choice)
    {
        if (training is null)
            return _ => -1;
        if (choice.Images is null)
            return choice.SplitName is "train" or "all" ? i => i < training.Count ? i : -1 : _ => -1;
        var positions = training.FilePositions();
        return i => EncodedImages.Itself(images, i, positions);
    }
}
