using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Neighbours;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Exploring;

namespace Elbo.Workflows.Evaluating;

/// <summary>Computes the scores of images. Those of an image do not depend on the other images.</summary>
internal sealed class ImageScorer
{
    /// <summary>Number of training images whose codes are near that of an image.</summary>
    private const int NeighbourCount = 5;

    /// <summary>Images that are processed together, which bounds the memory.</summary>
    private const int Piece = 500;

    private readonly LoadedRun _run;
    private readonly GenerativeModel _model;
    private readonly ScoreOptions _options;
    private readonly Rng _rng;
    private readonly IProgress<WorkflowProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly KdTree? _tree;

    /// <param name="run">The run.</param>
    /// <param name="training">Training images with their codes; null if they are not available.</param>
    /// <param name="options">Number of samples, seed and threads.</param>
    /// <param name="progress">Receives progress.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <exception cref="ArgumentException">There is only one training image, which has no neighbour.</exception>
    public ImageScorer(
        LoadedRun run,
        EncodedImages? training,
        ScoreOptions options,
        IProgress<WorkflowProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (training is { Count: < 2 })
            throw new ArgumentException(
                "the run has 1 training image; scores need 2 or more, since an image is not its own neighbour."
            );
        (_run, _model, _options, _progress, _cancellation) = (run, run.Model, options, progress, cancellation);
        _rng = ImageScores.Samples(options.Seed);
        _tree = training is null ? null : new KdTree(training.Codes, training.Dimensions);
    }

    /// <summary>Scores images in their order.</summary>
    /// <param name="images">The images.</param>
    /// <param name="itself">Index of an image among the training images; −1 if it is not one of them.</param>
    /// <param name="stage">Description for progress.</param>
    public ScoredImage[] Score(ImageDataset images, Func<int, int> itself, string stage)
    {
        var result = new ScoredImage[images.Count];
        for (int start = 0; start < images.Count; start += Piece)
        {
            _cancellation.ThrowIfCancellationRequested();
            _progress?.Report(new WorkflowProgress(stage, (double)start / images.Count));
            ScorePiece(images, start, Math.Min(Piece, images.Count - start), itself).CopyTo(result, start);
        }
        return result;
    }

    private ScoredImage[] ScorePiece(ImageDataset images, int start, int count, Func<int, int> itself)
    {
        var piece = images.Slice(start, count);
        var labels = ClassCondition.Labels(_model, piece).Span;
        float[] x = ModelInputs.Prepare(_model, _run.Config, piece.ToIntensities());
        var (scores, codes) = ImageScores.Of(_model, x, labels, _options.ImportanceSamples, _rng, _cancellation);
        double[]? distances = _tree is null ? null : Distances(_tree, codes, i => itself(start + i));
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new ScoredImage(
                    start + i,
                    images.FilePath(start + i),
                    images.ClassName(start + i),
                    scores[i].Likelihood,
                    scores[i].SquaredError,
                    scores[i].UnexplainedVariance,
                    scores[i].Divergence,
                    distances?[i]
                )),
        ];
    }

    /// <summary>
    /// Mean distance of each code from the nearest ones of training images, without the image itself.
    /// </summary>
    private double[] Distances(KdTree tree, float[] codes, Func<int, int> itself)
    {
        int dimensions = tree.Dimensions,
            near = Math.Min(NeighbourCount, tree.Count - 1);
        double[] result = new double[codes.Length / dimensions];
        new Partition(_options.Threads).Run(
            result.Length,
            (first, last) =>
            {
                int[] neighbours = new int[near];
                double[] squares = new double[near];
                for (int i = first; i < last; i++)
                {
                    tree.Nearest(codes.AsSpan(i * dimensions, dimensions), itself(i), neighbours, squares);
                    result[i] = squares.Average(Math.Sqrt);
                }
            },
            pieceSize: 16,
            _cancellation
        );
        return result;
    }
}
