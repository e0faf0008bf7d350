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
    internal Propagation? Labels { get; private set; }

    /// <summary>Names of the classes that <see cref="Labels"/> has numbers of.</summary>
    internal IReadOnlyList<string> Classes { get; private set; } = [];

    /// <summary>Number of neighbours that vote.</summary>
    internal int Neighbours { get; set; } = Propagation.UsualNeighbours;

    /// <summary>The state that <see cref="Labels"/> follow from.</summary>
    private LabelState? Basis { get; set; }

    /// <summary>Whether labels have changed since the last <see cref="UpdateAsync"/>.</summary>
    internal bool IsStale =>
        Basis is { } basis
        && !ReferenceEquals(basis, _desk.Book.State)
        && !basis.Items.SequenceEqual(_desk.Book.State.Items);

    /// <summary>The images with their codes; null before the first <see cref="UpdateAsync"/>.</summary>
    internal EncodedImages? Images => _encoded;

    /// <summary>Labels all images.</summary>
    /// <exception cref="ArgumentException">No image is labelled, or there is no neighbour.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal async Task<Propagation> UpdateAsync(int threads, CancellationToken cancellation)
    {
        _encoded ??= await EncodeAsync(cancellation);
        var state = _desk.Book.State;
        var labels = new Dictionary<int, int>();
        foreach (var item in _desk.Items)
            if (item.Label is { } label)
                labels[_desk.IndexOf(item.Image)] = state.Classes.IndexOf(label);
        var found = Propagation.Of(
            _encoded,
            labels,
            state.Classes.Length,
            Neighbours,
            _desk
                .Items.Where(item => state.Unsure.Contains(item.Image))
                .Select(item => _desk.IndexOf(item.Image))
                .ToHashSet(),
            threads,
            cancellation
        );
        (Labels, Classes, Basis) = (found, [.. state.Classes], state);
        return found;
    }

    private async Task<EncodedImages> EncodeAsync(CancellationToken cancellation)
    {
        using var lease = await _pool.OpenAsync(_run);
        // One thread at a time uses a model.
        lock (lease.Run.Model)
            return EncodedImages.Of(lease.Run, _desk.Images, cancellation);
    }

    /// <summary>
    /// How many of the images that nobody has labelled got the class of this name in the dataset, and how many there
    /// are; null if the dataset has no labels, or none of its classes is called like one of these.
    /// </summary>
    internal (int Right, int Count)? AgainstDataset()
    {
        if (Labels is not { } labels || _desk.Images.Labels is not { } own)
            return null;
        int[] classes = [.. _desk.Images.ClassNames.Select(Find)];
        if (classes.All(c => c < 0))
            return null;
        var given = labels.Labelled.ToHashSet();
        int[] others = [.. Enumerable.Range(0, _desk.Images.Count).Where(i => !given.Contains(i))];
        return (others.Count(i => classes[own.Span[i]] == labels.Votes[i].Class), others.Length);

        int Find(string name) => ClassName.Find(Classes, name) is { } known ? Classes.ToList().IndexOf(known) : -1;
    }
}
