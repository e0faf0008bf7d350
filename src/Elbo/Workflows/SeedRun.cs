using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>One of several runs that differ in their seed.</summary>
/// <param name="Run">Its folder.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Result">Figures of the weights it ended with, on validation images where there are any, else on test
/// images.</param>
public sealed record SeedRun(RunFolder Run, ulong Seed, EpochMetrics Result);
