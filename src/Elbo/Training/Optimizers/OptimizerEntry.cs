using Elbo.Nn;

namespace Elbo.Training.Optimizers;

/// <summary>An optimiser as users choose it.</summary>
/// <param name="Name">As typed on the command line.</param>
/// <param name="Description">One line.</param>
/// <param name="Create">Makes one, with default options, for the given parameters.</param>
public sealed record OptimizerEntry(string Name, string Description, Func<ParameterSet, Optimizer> Create);
