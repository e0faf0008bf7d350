namespace Elbo.Figures.Plotting;

/// <summary>One direction of a plot: its name, limits and ticks.</summary>
public sealed record Axis
{
    /// <summary>What is written along it; default nothing.</summary>
    public string Label { get; init; } = "";

    /// <summary>Lower limit; null takes it from the data with a margin.</summary>
    public double? Minimum { get; init; }

    /// <summary>Upper limit; null takes it from the data with a margin.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether ticks stand at whole numbers only.</summary>
    public bool IntegersOnly { get; init; }

    /// <summary>Ticks of one's own (names of categories, for example); null chooses nice numbers.</summary>
    public IReadOnlyList<Tick>? Ticks { get; init; }

    /// <summary>Whether light lines run across the plot at the ticks; default true.</summary>
    public bool Grid { get; init; } = true;

    /// <summary>Whether both limits are given.</summary>
    internal bool IsFixed => Minimum is not null && Maximum is not null;

    /// <summary>The limits for data within [low, high]; a single value gets room around it.</summary>
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
