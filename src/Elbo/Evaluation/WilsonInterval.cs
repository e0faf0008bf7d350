namespace Elbo.Evaluation;

/// <summary>The 95 % interval of Wilson for a fraction that was estimated from a number of trials.</summary>
/// <remarks>
/// Wilson 1927: (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n), with z = 1.96. Unlike p ± z·√(p(1 − p)/n), it
/// stays in [0, 1], and has a width when all trials succeed.
/// </remarks>
/// <param name="Low">Lower bound, in [0, 1].</param>
/// <param name="High">Upper bound, in [0, 1].</param>
internal readonly record struct WilsonInterval(double Low, double High)
{
    /// <summary>The quantile of the standard normal distribution that 2.5 % lie above.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>The interval after <paramref name="successes"/> of <paramref name="trials"/>.</summary>
    /// <exception cref="ArgumentException">There are no trials, or the successes are not among them.</exception>
    public static WilsonInterval Of(int successes, int trials)
    {
        if (trials < 1 || successes < 0 || successes > trials)
            throw new ArgumentException(
                $"got {successes} successes in {trials} trials; at least one trial is needed, and no more successes.",
                nameof(successes)
            );
        double share = (double)successes / trials,
            square = Z * Z / trials,
            centre = share + (square / 2),
            half = Z * Math.Sqrt(((share * (1 - share)) + (square / 4)) / trials);
        return new WilsonInterval(
            Math.Max(0, (centre - half) / (1 + square)),
            Math.Min(1, (centre + half) / (1 + square))
        );
    }
}
