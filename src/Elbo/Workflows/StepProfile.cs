using Elbo.Engine;

namespace Elbo.Workflows;

/// <summary>Where the time of a measured step goes.</summary>
/// <param name="Kernels">Totals over all steps, the most expensive first.</param>
/// <param name="Steps">How many steps were measured.</param>
/// <param name="Seconds">How long they took together.</param>
/// <param name="MatrixOperations">Floating-point operations of their matrix products.</param>
/// <param name="Peak">Floating-point operations per second that the processor reached on registers alone, before and
/// after.</param>
public sealed record StepProfile(
    IReadOnlyList<KernelTime> Kernels,
    long Steps,
    double Seconds,
    double MatrixOperations,
    double Peak
)
{
    /// <summary>
    /// What the matrix products of a whole step reach of the peak, everything else counted as time lost.
    /// </summary>
    public double ShareOfPeak => MatrixOperations / Seconds / Peak;

    /// <summary>
    /// Milliseconds per step and share of the time, by category; the last row, without a category, is time outside
    /// kernels.
    /// </summary>
    public IReadOnlyList<(KernelCategory? Category, double Milliseconds, double Share)> Categories
    {
        get
        {
            var rows = Kernels
                .GroupBy(k => k.Category)
                .OrderBy(g => g.Key)
                .Select(g => ((KernelCategory?)g.Key, g.Sum(k => k.Seconds)))
                .ToList();
            rows.Add((null, Seconds - rows.Sum(r => r.Item2)));
            return [.. rows.Select(r => (r.Item1, 1e3 * r.Item2 / Steps, r.Item2 / Seconds))];
        }
    }
}
