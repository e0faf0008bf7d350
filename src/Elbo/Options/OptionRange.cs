using System.Globalization;

namespace Elbo.Options;

/// <summary>The allowed range of a numeric option, with its description for messages. All numbers are finite.</summary>
public sealed record OptionRange
{
    private OptionRange(double least, double most, string text) => (Least, Most, Text) = (least, most, text);

    /// <summary>The lower bound.</summary>
    public double Least { get; }

    /// <summary>The upper bound; <see cref="double.MaxValue"/> if there is none.</summary>
    public double Most { get; }

    /// <summary>Whether <see cref="Least"/> is excluded.</summary>
    public bool IsAboveLeast { get; private init; }

    /// <summary>Whether <see cref="Most"/> is excluded.</summary>
    public bool IsBelowMost { get; private init; }

    /// <summary>Description of the range, which continues "it must be".</summary>
    public string Text { get; init; }

    /// <summary>Above 0.</summary>
    public static OptionRange Positive { get; } = new(0, double.MaxValue, "a positive number") { IsAboveLeast = true };

    /// <summary>More than <paramref name="bound"/>.</summary>
    public static OptionRange Above(double bound) =>
        new(bound, double.MaxValue, $"more than {Invariant(bound)}") { IsAboveLeast = true };

    /// <summary>A fraction in [0, 1).</summary>
    public static OptionRange Fraction { get; } = new(0, 1, "in [0, 1)") { IsBelowMost = true };

    /// <summary>A fraction in (0, 1).</summary>
    public static OptionRange ProperFraction { get; } =
        new(0, 1, "above 0 and below 1") { IsAboveLeast = true, IsBelowMost = true };

    /// <summary>A fraction in (0, 1].</summary>
    public static OptionRange Share { get; } = new(0, 1, "above 0 and at most 1") { IsAboveLeast = true };

    /// <summary><paramref name="least"/> or more of a unit, as in "0 or more epochs".</summary>
    public static OptionRange From(double least, string unit = "") =>
        new(least, double.MaxValue, $"{Invariant(least)} or more {unit}".TrimEnd());

    /// <summary>From <paramref name="least"/> to <paramref name="most"/>, inclusive.</summary>
    public static OptionRange Between(double least, double most) =>
        new(least, most, $"from {Invariant(least)} to {Invariant(most)}");

    /// <summary>Whether <paramref name="value"/> is in the range.</summary>
    public bool Contains(double value) =>
        (IsAboveLeast ? value > Least : value >= Least) && (IsBelowMost ? value < Most : value <= Most);

    private static string Invariant(double value) => value.ToString(CultureInfo.InvariantCulture);
}
