using System.Runtime.CompilerServices;

namespace Elbo.Training;

/// <summary>Range checks for numeric options. Messages name the option.</summary>
internal static class HyperParameter
{
    public static void RequireNotNegative(float value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= 0 && float.IsFinite(value)))
            throw new ArgumentException($"{name} is {value}; it must be 0 or more.", name);
    }

    public static void RequirePositive(float value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value > 0 && float.IsFinite(value)))
            throw new ArgumentException($"{name} is {value}; it must be above 0.", name);
    }

    public static void RequirePositive(int value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value <= 0)
            throw new ArgumentException($"{name} is {value}; it must be 1 or more.", name);
    }

    public static void RequireNotNegative(int value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value < 0)
            throw new ArgumentException($"{name} is {value}; it must be 0 or more.", name);
    }

    /// <summary>Requires at least 0 and less than 1, as for the decay rate of a moving average.</summary>
    public static void RequireFraction(float value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= 0 && value < 1))
            throw new ArgumentException($"{name} is {value}; it must be at least 0 and below 1.", name);
    }

    /// <summary>Requires more than 0 and at most 1, as for a factor of the learning rate.</summary>
    public static void RequireShrinking(float value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value > 0 && value <= 1))
            throw new ArgumentException($"{name} is {value}; it must be above 0 and at most 1.", name);
    }
}
