using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Elbo.Options;

/// <summary>
/// Argument checks that several parts need. Each message says what came, what is needed and what to do.
/// </summary>
internal static class Require
{
    /// <summary>Requires intensities in [0, 1].</summary>
    /// <param name="values">The intensities.</param>
    /// <param name="what">What they are, in the plural, such as "intensities".</param>
    /// <param name="remedy">A sentence that says what to do.</param>
    /// <param name="name">Name of the parameter.</param>
    /// <exception cref="ArgumentException">A value is outside [0, 1] or not a number.</exception>
    public static void Intensities(
        ReadOnlySpan<float> values,
        string what = "intensities",
        string remedy = "Divide intensities from 0 to 255 by 255.",
        [CallerArgumentExpression(nameof(values))] string? name = null
    )
    {
        // Of values with a NaN among them, both are NaN, for which the comparison fails.
        if (values.IsEmpty || (TensorPrimitives.Min(values) >= 0 && TensorPrimitives.Max(values) <= 1))
            return;
        for (int i = 0; i < values.Length; i++)
            if (!(values[i] is >= 0 and <= 1))
                throw new ArgumentException(
                    FormattableString.Invariant($"value {i} is {values[i]}; {what} must be in [0, 1]. {remedy}"),
                    name
                );
    }

    /// <summary>Requires numbers that are neither infinite nor NaN.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="what">What they are, in the plural, such as "codes".</param>
    /// <param name="name">Name of the parameter.</param>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static void Finite(
        ReadOnlySpan<float> values,
        string what,
        [CallerArgumentExpression(nameof(values))] string? name = null
    )
    {
        if (IndexOfNonFinite(values) is >= 0 and var at)
            throw new ArgumentException(
                FormattableString.Invariant($"value {at} is {values[at]}; {what} must be finite numbers."),
                name
            );
    }

    /// <summary>The index of the first value that is infinite or NaN; −1 if all are finite.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<float> values)
    {
        // Of no values, TensorPrimitives says that not all are finite.
        if (values.IsEmpty || TensorPrimitives.IsFiniteAll(values))
            return -1;
        int at = 0;
        while (float.IsFinite(values[at]))
            at++;
        return at;
    }

    /// <summary>Requires a number that is neither infinite nor NaN.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public static void Finite(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(
                name,
                FormattableString.Invariant($"{name} is {value}; it must be a finite number.")
            );
    }

    /// <summary>Requires a positive, finite number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive or not finite.</exception>
    public static void Positive(double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!(value > 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(
                name,
                FormattableString.Invariant($"{name} is {value}; it must be a finite number above 0.")
            );
    }

    /// <summary>Requires at least <paramref name="least"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is smaller.</exception>
    public static void AtLeast(int least, int value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value < least)
            throw new ArgumentOutOfRangeException(name, $"{name} is {value}; it must be {least} or more.");
    }

    /// <summary>Requires an index from 0 to <paramref name="count"/> − 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is out of range.</exception>
    public static void Index(
        int index,
        int count,
        string what,
        [CallerArgumentExpression(nameof(index))] string? name = null
    )
    {
        if ((uint)index >= (uint)count)
            throw new ArgumentOutOfRangeException(
                name,
                count == 0
                    ? $"{name} is {index}; there are no {what}."
                    : $"{name} is {index}; {what} are counted from 0 to {count - 1}."
            );
    }

    /// <summary>Requires a member of the enumeration.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of its members.</exception>
    public static void Defined<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentOutOfRangeException(
                name,
                $"{name} is {value:D}; it must be one of {string.Join(", ", Enum.GetNames<T>())}."
            );
    }

    /// <summary>Requires a list without null entries.</summary>
    /// <exception cref="ArgumentNullException">The list is null.</exception>
    /// <exception cref="ArgumentException">An entry is null.</exception>
    public static void Entries<T>(
        [NotNull] IReadOnlyList<T?>? list,
        [CallerArgumentExpression(nameof(list))] string? name = null
    )
        where T : class
    {
        ArgumentNullException.ThrowIfNull(list, name);
        for (int i = 0; i < list.Count; i++)
            if (list[i] is null)
                throw new ArgumentException($"entry {i} of {name} is null; every entry is needed.", name);
    }

    /// <summary>Requires that an option has a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="option">Name of the option.</param>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public static void Given([NotNull] object? value, string option)
    {
        if (value is null)
            throw new ArgumentNullException(option, $"{option} is null; give a value, or leave the default.");
    }
}

/// <summary>Errors as commands and pages show them.</summary>
internal static class ErrorMessage
{
    /// <summary>What to do when memory is not enough; the message itself if it tells which memory.</summary>
    public static string OutOfMemory(OutOfMemoryException error) =>
        error is InsufficientMemoryException
            ? OneLine(error.Message)
            : "there is not enough memory; use smaller hidden layers or a smaller batch.";

    /// <summary>
    /// A message without line breaks, and without the parameter name that .NET appends to argument errors.
    /// </summary>
    public static string OneLine(string message)
    {
        int parameter = message.LastIndexOf(" (Parameter '", StringComparison.Ordinal);
        return (parameter >= 0 ? message[..parameter] : message).ReplaceLineEndings(" ");
    }
}
