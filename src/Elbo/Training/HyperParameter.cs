using System.Runtime.CompilerServices;

namespace Elbo.Training;

/// <summary>Checks of the numbers that options hold; the messages name the option.</summary>
internal static class HyperParameter
{
    public static void RequireNotNegative(float value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= 0 && float.IsFinite(value)))
            throw new ArgumentException($"{name} is {value}; it has to be 0 or more.", name);
    }

    public static void RequirePositive(float value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value > 0 && float.IsFinite(value)))
            throw new ArgumentException($"{name} is {value}; it has to be above 0.", name);
    }

    public static void RequirePositive(int value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value <= 0)
            throw new ArgumentException($"{name} is {value}; it has to be 1 or more.", name);
    }

    public static void RequireNotNegative(int value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value < 0)
            throw new ArgumentException($"{name} is {value}; it has to be 0 or more.", name);
    }

    /// <summary>As for the decay of a running mean.</summary>
    public static void RequireFraction(float value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= 0 && value < 1))
            throw new ArgumentException($"{name} is {value}; it has to be at least 0 and below 1.", name);
    }

    /// <summary>As for what a learning rate is multiplied by.</summary>
    public static void RequireShrinking(float value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value > 0 && value <= 1))
            throw new ArgumentException($"{name} is {value}; it has to be above 0 and at most 1.", name);
    }
}
