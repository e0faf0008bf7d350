using Elbo.Evaluation;
using Elbo.Neighbours;
using Elbo.Workflows.Exploring;

namespace Elbo.Workflows.Labelling;

/// <summary>The class that an image gets from its labelled neighbours.</summary>
/// <param name="Class">Number of the class.</param>
/// <param name="Confidence">
/// The fraction in (0, 1] of the neighbours' weighted votes that the class has. It says how much the neighbours agree,
/// not how near they are, and it is not the probability of being right.
/// </param>
internal readonly record struct ClassVote(int Class, double Confidence);

/// <summary>
/// Labels of all images, from those that a person has labelled: each other image gets the class with most votes among
/// its k nearest labelled ones in latent space.
/// </summary>
/// <remarks>
/// The weights of scikit-learn's <c>KNeighborsClassifier(weights="distance")</c>: the vote of a neighbour counts 1/d, d
/// being the Euclidean distance of the codes, and neighbours at distance 0 vote alone. Of classes with equal votes, the
/// one that was added first wins. Of neighbours at equal distance, the lower index is nearer.
/// </remarks>
internal sealed class Propagation
{
    /// <summary>Default number of neighbours.</summary>
    public const int UsualNeighbours = 5;

    private readonly EncodedImages _images;
    private readonly int[] _labelled;
    private readonly int[] _classes;
    private readonly KdTree _tree;
    private readonly int _count;

    private Propagation(
        EncodedImages images,
        IReadOnlyDictionary<int, int> labels,
        int classes,
        int neighbours,
        IReadOnlySet<int>? unsure,
        int threads,
        CancellationToken cancellation
    )
    {
        _images = images;
        _labelled = [.. labels.Keys.Order()];
        _classes = [.. _labelled.Select(i => labels[i])];
        _count = classes;
        _tree = new KdTree(images.Rows(_labelled), images.Dimensions);
        Neighbours = Math.Min(neighbours, _labelled.Length);
        var votes = new ClassVote[images.Count];
        new Partition(threads).Run(
            images.Count,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                    votes[i] = labels.TryGetValue(i, out int given)
                        ? new ClassVote(given, 1)
                        : Vote(images.Code(i), except: -1, Neighbours);
            },
            pieceSize: 64,
            cancellation
        );
        Votes = votes;
        Accuracy = LeaveOneOut(neighbours, unsure ?? new HashSet<int>());
    }

    /// <summary>Number of neighbours that vote: as many as wished, or all labelled images if there are fewer.</summary>
    public int Neighbours { get; }

    /// <summary>The class of each image. Those of a person have the confidence 1.</summary>
    public IReadOnlyList<ClassVote> Votes { get; }

    /// <summary>
    /// How often the votes of the other labelled images give a labelled image its label; null if there is no such
    /// image.
    /// </summary>
    public AccuracyEstimate? Accuracy { get; }

    /// <summary>Indices of the images that a person has labelled.</summary>
    public IReadOnlyList<int> Labelled => _labelled;

    /// <summary>Labels all images.</summary>
    /// <param name="images">The images with their codes.</param>
    /// <param name="labels">The class of each labelled image by its index, at least one.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="neighbours">Number of neighbours that vote, at least 1.</param>
    /// <param name="unsure">
    /// Labelled images that <see cref="Accuracy"/> leaves out, although they vote: those that were labelled because
    /// their neighbours disagree; null for none.
    /// </param>
    /// <param name="threads">Number of threads; 0 means one per processor. The result does not depend on it.</param>
    /// <param name="cancellation">Cancels the search.</param>
    /// <exception cref="ArgumentException">No image is labelled, or no neighbour may vote.</exception>
    public static Propagation Of(
        EncodedImages images,
        IReadOnlyDictionary<int, int> labels,
        int classes,
        int neighbours = UsualNeighbours,
        IReadOnlySet<int>? unsure = null,
        int threads = 0,
        CancellationToken cancellation = default
    )
    {
        if (labels.Count == 0)
            throw new ArgumentException("no image is labelled yet; label some first.", nameof(labels));
        if (neighbours < 1)
            throw new ArgumentOutOfRangeException(
                nameof(neighbours),
                $"neighbours is {neighbours}; it must be 1 or more."
            );
        return new Propagation(images, labels, classes, neighbours, unsure, threads, cancellation);
    }

    /// <summary>The images that no person has labelled, those with the lowest confidence first.</summary>
    public IEnumerable<int> LeastConfident()
    {
        var known = _labelled.ToHashSet();
        return Enumerable.Range(0, _images.Count).Where(i => !known.Contains(i)).OrderBy(i => Votes[i].Confidence);
    }

    private AccuracyEstimate? LeaveOneOut(int neighbours, IReadOnlySet<int> unsure)
    {
        int[] judged = [.. Enumerable.Range(0, _labelled.Length).Where(k => !unsure.Contains(_labelled[k]))];
        if (judged.Length == 0 || _labelled.Length < 2)
            return null;
        int count = Math.Min(neighbours, _labelled.Length - 1);
        return AccuracyEstimate.Of(
            [.. judged.Select(k => Vote(_images.Code(_labelled[k]), k, count).Class)],
            [.. judged.Select(k => _classes[k])],
            _count
        );
    }

    private ClassVote Vote(ReadOnlySpan<float> code, int except, int count)
    {
        Span<int> nearest = count <= 64 ? stackalloc int[count] : new int[count];
        Span<double> squares = count <= 64 ? stackalloc double[count] : new double[count];
        _tree.Nearest(code, except, nearest, squares);
        double[] votes = new double[_count];
        bool hasEqual = squares[0] == 0;
        double all = 0;
        for (int k = 0; k < count; k++)
        {
            double weight =
                !hasEqual ? 1 / Math.Sqrt(squares[k])
                : squares[k] == 0 ? 1
                : 0;
            votes[_classes[nearest[k]]] += weight;
            all += weight;
        }
        int best = 0;
        for (int c = 1; c < _count; c++)
            if (votes[c] > votes[best])
                best = c;
        return new ClassVote(best, votes[best] / all);
    }
}

/// <summary>How often predicted classes are right.</summary>
/// <param name="Right">Number of images whose predicted class is theirs.</param>
/// <param name="Count">Number of images.</param>
/// <param name="Interval">The 95 % interval of the accuracy.</param>
/// <param name="Classes">The same per class, in the order of the classes.</param>
internal sealed record AccuracyEstimate(
    int Right,
    int Count,
    WilsonInterval Interval,
    IReadOnlyList<ClassAccuracy> Classes
)
{
    /// <summary>The fraction of right predictions, in [0, 1].</summary>
    public double Accuracy => (double)Right / Count;

    /// <summary>Counts right predictions.</summary>
    public static AccuracyEstimate Of(IReadOnlyList<int> predicted, IReadOnlyList<int> actual, int classes)
    {
        var pairs = predicted.Zip(actual, (p, a) => (Predicted: p, Actual: a)).ToArray();
        int right = pairs.Count(pair => pair.Predicted == pair.Actual);
        return new AccuracyEstimate(
            right,
            pairs.Length,
            WilsonInterval.Of(right, pairs.Length),
            [
                .. Enumerable
                    .Range(0, classes)
                    .Select(c => new ClassAccuracy(
                        pairs.Count(pair => pair.Actual == c && pair.Predicted == c),
                        pairs.Count(pair => pair.Actual == c),
                        pairs.Count(pair => pair.Predicted == c)
                    )),
            ]
        );
    }
}

/// <summary>How often the predicted class is right for one class.</summary>
/// <param name="Right">Number of images of the class that were predicted to be.</param>
/// <param name="Count">Number of images of the class.</param>
/// <param name="Predicted">Number of images that were predicted to be of the class.</param>
internal sealed record ClassAccuracy(int Right, int Count, int Predicted);
