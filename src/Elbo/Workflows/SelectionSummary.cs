using Elbo.Selection;

namespace Elbo.Workflows;

/// <summary>What a selection came to.</summary>
/// <param name="Path">The folder that was written.</param>
/// <param name="PoolCount">How many images there were to choose from.</param>
/// <param name="Result">The choice.</param>
/// <param name="Notes">What a person should know of it, a line each.</param>
public sealed record SelectionSummary(string Path, int PoolCount, SelectionResult Result, IReadOnlyList<string> Notes);
