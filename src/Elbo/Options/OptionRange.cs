using System.Globalization;

namespace Elbo.Options;

/// <summary>The numbers that an option allows, and how a message says so. All of them are finite.</summary>
public sealed record OptionRange
{
    private OptionRange(double least, double most, string text) => (Least, Most, Text) = (least, most, text);

    /// <summary>The least number.</summary>
    public double Least { get; }

    /// <summary>The greatest number; <see cref="double.MaxValue"/> where there is no bound.</summary>
    public double Most { get; }

    /// <summary>Whether <see cref="Least"/> itself is not allowed.</summary>
    public bool IsAboveLeast { get; private init; }

    /// <summary>Whether <see cref="Most"/> itself is not allowed.</summary>
    public bool IsBelowMost { get; private init; }

    /// <summary>What the numbers are, in words that follow "it must be".</summary>
    public string Text { get; init; }

    /// <summary>Above 0.</summary>
    public static OptionRange Positive { get; } = new(0, double.MaxValue, "a positive number") { IsAboveLeast = true };

    /// <summary>More than <paramref name="bound"/>.</summary>
    public static OptionRange Above(double bound) =>
        new(bound, double.MaxValue, $"more than {Invariant(bound)}") { IsAboveLeast = true };

    /// <summary>A share that may be 0 but not 1.</summary>
    public static OptionRange Fraction { get; } = new(0, 1, "in [0, 1)") { IsBelowMost = true };

    /// <summary>A share that is neither 0 nor 1.</summary>
    public static OptionRange ProperFraction { get; } =
        new(0, 1, "above 0 and below 1") { IsAboveLeast = true, IsBelowMost = true };

    /// <summary>A share that is not 0.</summary>
    public static OptionRange Share { get; } = new(0, 1, "above 0 and at most 1") { IsAboveLeast = true };

    /// <summary><paramref name="least"/> or more of a unit, as in "0 or more epochs".</summary>
    public static OptionRange From(double least, string unit = "") =>
        new(least, double.MaxValue, $"{Invariant(least)} or more {unit}".TrimEnd());

    /// <summary>From <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public static OptionRange Between(double least, double most) =>
        new(least, most, $"from {Invariant(least)} to {Invariant(most)}");

    /// <summary>Whether <paramref name="value"/> is one of the numbers.</summary>
    public bool Contains(double value) =>
        (IsAboveLeast ? value > Least : value >= Least) && (IsBelowMost ? value < Most : value <= Most);

    private static string Invariant(double value) => value.ToString(CultureInfo.InvariantCulture);
}
