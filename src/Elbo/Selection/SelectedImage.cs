namespace Elbo.Selection;

/// <summary>An image that was chosen, and what its strategy says of it.</summary>
/// <param name="Index">Its index in the pool.</param>
public sealed record SelectedImage(int Index)
{
    /// <summary>The round in which it was chosen, from 1; null for strategies without rounds.</summary>
    public int? Round { get; init; }

    /// <summary>How many voted for it; null for strategies without votes.</summary>
    public int? Votes { get; init; }
}
