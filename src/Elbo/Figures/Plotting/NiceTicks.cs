using System.Globalization;

namespace Elbo.Figures.Plotting;

/// <summary>Ticks at multiples of 1, 2 or 5 times a power of ten.</summary>
public static class NiceTicks
{
    private const double LargestPlain = 1e6;
    private const int MostDecimals = 4;

    /// <summary>
    /// At most <paramref name="maximumCount"/> ticks (two where even the widest step needs them) within [minimum,
    /// maximum].
    /// </summary>
    /// <param name="minimum">Lower limit of the axis.</param>
    /// <param name="maximum">Upper limit, greater than the lower.</param>
    /// <param name="maximumCount">2 or more.</param>
    /// <param name="integersOnly">Whether only whole numbers make sense, as for epochs.</param>
    /// <exception cref="ArgumentException">The limits are not finite and increasing, or fewer than 2 ticks are asked
    /// for.</exception>
    public static IReadOnlyList<Tick> Choose(
        double minimum,
        double maximum,
        int maximumCount = 6,
        bool integersOnly = false
    )
    {
        if (!double.IsFinite(minimum) || !double.IsFinite(maximum) || minimum >= maximum)
            throw new ArgumentException(
                $"ticks of [{minimum}, {maximum}] were asked for; finite, increasing limits are needed.",
                nameof(minimum)
            );
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumCount, 2);

        double step = Step((maximum - minimum) / (maximumCount - 1));
        return Multiples(minimum, maximum, integersOnly ? Math.Max(1, step) : step);
    }

    /// <summary>The multiples of <paramref name="step"/> within the limits.</summary>
    internal static IReadOnlyList<Tick> Multiples(double minimum, double maximum, double step)
    {
        // Limits may miss a multiple by rounding alone; a millionth of a step is no visible distance.
        double first = Math.Ceiling((minimum / step) - 1e-6),
            last = Math.Floor((maximum / step) + 1e-6);
        var ticks = new List<Tick>();
        string format = Format(step, Math.Max(Math.Abs(minimum), Math.Abs(maximum)));
        int count = (int)(last - first) + 1; // counted, since beyond 2⁵³ adding one to a multiple changes nothing
        for (int i = 0; i < count; i++)
        {
            double value = first + i == 0 ? 0 : (first + i) * step;
            ticks.Add(new Tick(value, Label(value, format)));
        }
        return ticks;
    }

    /// <summary>The smallest of 1, 2, 5 times a power of ten that is not less than <paramref name="least"/>.</summary>
    internal static double Step(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        foreach (double factor in (ReadOnlySpan<double>)[1, 2, 5])
        {
            if (factor * power >= least * (1 - 1e-9))
                return factor * power;
        }
        return 10 * power;
    }

    private static string Format(double step, double largest)
    {
        int lastPlace = (int)Math.Floor(Math.Log10(step * (1 + 1e-9)));
        int digits = (int)Math.Floor(Math.Log10(largest)) - lastPlace;
        bool unwieldy = largest >= LargestPlain || -lastPlace > MostDecimals;
        if (unwieldy && digits <= MostDecimals)
            return $"0.{new string('#', Math.Max(0, digits))}e0";
        return "F" + Math.Max(0, -lastPlace).ToString(CultureInfo.InvariantCulture);
    }

    private static string Label(double value, string format) =>
        value == 0 && format.Contains('e')
            ? "0"
            : value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '−');
}
