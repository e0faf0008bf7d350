using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>A way to choose, of many unlabelled images, the few that a person should label.</summary>
public interface ISelectionStrategy
{
    /// <summary>Chooses distinct images.</summary>
    /// <param name="pool">The images there are.</param>
    /// <param name="budget">How many to choose, from 1 to all of them.</param>
    /// <param name="rng">All chance; the same generator gives the same choice on any number of threads.</param>
    /// <param name="progress">Told of the share of the work that is done, in [0, 1]; null for nobody.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <returns>Exactly <paramref name="budget"/> images in the order in which they were chosen.</returns>
    /// <exception cref="ArgumentException">The budget is out of range, the pool lacks what the strategy needs, or its
    /// codes do not suit it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    SelectionResult Select(
        SelectionPool pool,
        int budget,
        Rng rng,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    );
}
