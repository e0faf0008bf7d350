using System.Globalization;
using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>An axis of a plot: its label, limits and ticks.</summary>
public sealed record Axis
{
    /// <summary>Label of the axis; default none.</summary>
    public string Label { get; init; } = "";

    /// <summary>Lower limit; null derives it from the data with a margin.</summary>
    public double? Minimum { get; init; }

    /// <summary>Upper limit; null derives it from the data with a margin.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether ticks are at whole numbers only.</summary>
    public bool IntegersOnly { get; init; }

    /// <summary>Explicit ticks, for example names of categories; null chooses round numbers.</summary>
    public IReadOnlyList<Tick>? Ticks { get; init; }

    /// <summary>Whether to draw light grid lines at the ticks; default true.</summary>
    public bool Grid { get; init; } = true;

    /// <summary>
    /// Creates the axis of a latent dimension. If the codes span less than a thousandth of the prior's standard
    /// deviation, 1, the label says so and the axis has the prior's scale; magnified rounding errors would look like
    /// structure.
    /// </summary>
    /// <param name="label">Name of the dimension.</param>
    /// <param name="values">Coordinates of the codes.</param>
    internal static Axis OfCodes(string label, IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        return finite.Length > 1 && IsCollapsed(finite.Max() - finite.Min())
            ? new Axis
            {
                Label = $"{label} (collapsed)",
                Minimum = finite.Average() - 1,
                Maximum = finite.Average() + 1,
            }
            : new Axis { Label = label };
    }

    /// <summary>Whether codes with this span are effectively equal.</summary>
    internal static bool IsCollapsed(double span) => span < 1e-3;

    /// <summary>Whether both limits are given.</summary>
    internal bool IsFixed => Minimum is not null && Maximum is not null;

    /// <summary>The limits for data within [low, high]. A single value gets a margin.</summary>
    internal (double Minimum, double Maximum) Limits(double low, double high)
    {
        const double margin = 0.04;
        if (!(low <= high))
            (low, high) = (0, 1);
        double room = high > low ? (high - low) * margin : Math.Max(Math.Abs(low) * 0.1, 0.5);
        double minimum = Minimum ?? low - room,
            maximum = Maximum ?? high + room;
        return minimum < maximum ? (minimum, maximum) : (minimum, minimum + 1);
    }

    /// <summary>The ticks within the limits, as many as fit.</summary>
    internal IReadOnlyList<Tick> TicksWithin(double minimum, double maximum, int maximumCount) =>
        Ticks is { } given
            ? [.. given.Where(t => t.Value >= minimum && t.Value <= maximum)]
            : NiceTicks.Choose(minimum, maximum, Math.Max(2, maximumCount), IntegersOnly);
}

/// <summary>A tick: a value on an axis and its label.</summary>
public readonly record struct Tick(double Value, string Label);

/// <summary>Chooses ticks at multiples of 1, 2 or 5 times a power of ten.</summary>
public static class NiceTicks
{
    private const double LargestPlain = 1e6;
    private const int MostDecimals = 4;

    /// <summary>
    /// At most <paramref name="maximumCount"/> ticks within [minimum, maximum], or two if even the widest step needs
    /// them.
    /// </summary>
    /// <param name="minimum">Lower limit of the axis.</param>
    /// <param name="maximum">Upper limit of the axis, greater than the lower.</param>
    /// <param name="maximumCount">Maximum number of ticks, at least 2.</param>
    /// <param name="integersOnly">Whether to use whole numbers only, as for epochs.</param>
    /// <exception cref="ArgumentException">
    /// The limits are not finite and increasing, or the maximum number of ticks is less than 2.
    /// </exception>
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
        // Rounding can move a limit just past a multiple. A millionth of a step is not visible.
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

    /// <summary>The smallest of 1, 2, 5 times a power of ten that is at least <paramref name="least"/>.</summary>
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

/// <summary>The smallest and largest values of data in both directions.</summary>
public readonly record struct DataBounds(double XMin, double XMax, double YMin, double YMax)
{
    /// <summary>The bounds of no data, neutral in unions.</summary>
    public static DataBounds Empty =>
        new(double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity);

    /// <summary>Whether there is no data.</summary>
    public bool IsEmpty => XMin > XMax || YMin > YMax;

    /// <summary>These bounds extended by a point. Points that are not finite are ignored.</summary>
    public DataBounds Include(double x, double y) =>
        double.IsFinite(x) && double.IsFinite(y)
            ? new(Math.Min(XMin, x), Math.Max(XMax, x), Math.Min(YMin, y), Math.Max(YMax, y))
            : this;

    /// <summary>The union of two bounds.</summary>
    public DataBounds Union(DataBounds other) =>
        new(
            Math.Min(XMin, other.XMin),
            Math.Max(XMax, other.XMax),
            Math.Min(YMin, other.YMin),
            Math.Max(YMax, other.YMax)
        );
}

/// <summary>Maps data to the canvas: x to the right and y upwards within <paramref name="Area"/>.</summary>
public readonly record struct PlotScale(Box Area, DataBounds Limits)
{
    /// <summary>Canvas position of a data value along x.</summary>
    public double X(double value) => Area.X + ((value - Limits.XMin) / (Limits.XMax - Limits.XMin) * Area.Width);

    /// <summary>Canvas position of a data value along y.</summary>
    public double Y(double value) => Area.Bottom - ((value - Limits.YMin) / (Limits.YMax - Limits.YMin) * Area.Height);

    /// <summary>Canvas position of a data point.</summary>
    public Point Map(Point data) => new(X(data.X), Y(data.Y));
}
