using Elbo.Data;
using Elbo.Studio.Runs;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Labelling;

namespace Elbo.Studio.Labelling;

/// <summary>The labels of the images that nobody has labelled, from the codes of a run.</summary>
public sealed class LabelRest
{
    private readonly ModelPool _pool;
    private readonly string _run;
    private readonly LabelDesk _desk;
    private EncodedImages? _encoded;

    /// <param name="pool">The models.</param>
    /// <param name="run">Identifier of the run.</param>
    /// <param name="desk">The labelled images.</param>
    internal LabelRest(ModelPool pool, string run, LabelDesk desk) => (_pool, _run, _desk) = (pool, run, desk);

    /// <summary>The labels of all images; null before the first <see cref="UpdateAsync"/>.</summary>
    internal RestLabels? Found { get; private set; }

    /// <summary>Number of neighbours that are to vote.</summary>
    internal int Neighbours { get; set; } = Propagation.UsualNeighbours;

    /// <summary>Whether labels or neighbours have changed since the last <see cref="UpdateAsync"/>.</summary>
    internal bool IsStale =>
        Found is { } found
        && (
            found.Wished != Neighbours
            || (
                !ReferenceEquals(found.State, _desk.Book.State)
                && !Labelled(found.State).SequenceEqual(Labelled(_desk.Book.State))
            )
        );

    /// <summary>Labels all images.</summary>
    /// <exception cref="ArgumentException">No image is labelled, or there is no neighbour.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal async Task<RestLabels> UpdateAsync(int threads, CancellationToken cancellation)
    {
        _encoded ??= await EncodeAsync(cancellation);
        var state = _desk.Book.State;
        int wished = Neighbours;
        var labels = new Dictionary<int, int>();
        var unsure = new HashSet<int>();
        foreach (var (image, label) in Labelled(state))
        {
            if (_desk.Find(image) is not { } index)
                continue;
            labels[index] = state.Classes.IndexOf(label);
            if (state.Unsure.Contains(image))
                unsure.Add(index);
        }
        var votes = Propagation.Of(_encoded, labels, state.Classes.Length, wished, unsure, threads, cancellation);
        return Found = new RestLabels(_encoded, votes, state, wished);
    }

    private static IEnumerable<(string Image, string Label)> Labelled(LabelState state) =>
        state.Items.Where(item => item.Label is not null).Select(item => (item.Image, item.Label!));

    private async Task<EncodedImages> EncodeAsync(CancellationToken cancellation)
    {
        using var lease = await _pool.OpenAsync(_run);
        return EncodedImages.Of(lease.Run, _desk.Images, cancellation);
    }
}

/// <summary>Labels of all images, with what a page shows of them.</summary>
public sealed class RestLabels
{
    /// <param name="images">The images with their codes.</param>
    /// <param name="labels">The labels.</param>
    /// <param name="state">The labelling that they follow from.</param>
    /// <param name="wished">The number of neighbours that was asked for.</param>
    internal RestLabels(EncodedImages images, Propagation labels, LabelState state, int wished)
    {
        (Images, Labels, State, Wished) = (images, labels, state, wished);
        LeastConfident = [.. labels.LeastConfident()];
        Sizes = Count(state, labels.Votes);
        Given = Count(state, labels.Labelled.Select(i => labels.Votes[i]));
        AgainstDataset = Compare(images.Images, labels, state);
    }

    /// <summary>The images with their codes.</summary>
    internal EncodedImages Images { get; }

    /// <summary>The labels.</summary>
    internal Propagation Labels { get; }

    /// <summary>The labelling that they follow from.</summary>
    internal LabelState State { get; }

    /// <summary>The number of neighbours that was asked for.</summary>
    internal int Wished { get; }

    /// <summary>Names of the classes that <see cref="Labels"/> has numbers of.</summary>
    internal IReadOnlyList<string> Classes => State.Classes;

    /// <summary>The images that nobody has labelled, those with the lowest confidence first.</summary>
    internal IReadOnlyList<int> LeastConfident { get; }

    /// <summary>Number of images of each class.</summary>
    internal IReadOnlyList<int> Sizes { get; }

    /// <summary>Number of images of each class that a person labelled.</summary>
    internal IReadOnlyList<int> Given { get; }

    /// <summary>
    /// How many of the images that nobody has labelled got the class of this name in the dataset, and how many there
    /// are; null if the dataset has no labels, or none of its classes is called like one of these.
    /// </summary>
    internal (int Right, int Count)? AgainstDataset { get; }

    private static int[] Count(LabelState state, IEnumerable<ClassVote> votes)
    {
        int[] counts = new int[state.Classes.Length];
        foreach (var vote in votes)
            counts[vote.Class]++;
        return counts;
    }

    private static (int, int)? Compare(ImageDataset images, Propagation labels, LabelState state)
    {
        if (images.Labels is not { } own)
            return null;
        int[] classes =
        [
            .. images.ClassNames.Select(name =>
                ClassName.Find(state.Classes, name) is { } known ? state.Classes.IndexOf(known) : -1
            ),
        ];
        if (classes.All(c => c < 0))
            return null;
        var given = labels.Labelled.ToHashSet();
        int[] others = [.. Enumerable.Range(0, images.Count).Where(i => !given.Contains(i))];
        return (others.Count(i => classes[own.Span[i]] == labels.Votes[i].Class), others.Length);
    }
}
