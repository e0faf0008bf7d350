namespace Elbo.Workflows;

/// <summary>How far a selection is.</summary>
/// <param name="Stage">What is being done: <c>encoding 10,000 images</c>.</param>
/// <param name="Share">The share of it that is done, in [0, 1].</param>
public readonly record struct SelectionProgress(string Stage, double Share);
