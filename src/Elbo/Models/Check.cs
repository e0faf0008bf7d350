namespace Elbo.Models;

/// <summary>Checks of options that several parts of a model share.</summary>
internal static class Check
{
    public static void Positive(string option, float value)
    {
        if (!(value > 0 && float.IsFinite(value)))
            throw new ArgumentException($"{option} is {value}; it must be a positive number.");
    }

    public static void NotNegative(string option, float value, string unit = "")
    {
        if (!(value >= 0 && float.IsFinite(value)))
            throw new ArgumentException($"{option} is {value}; it must be 0{unit} or more.");
    }

    public static void Dropout(float value)
    {
        if (!(value is >= 0 and < 1))
            throw new ArgumentException($"dropout is {value}; it must be in [0, 1).");
    }

    /// <summary>Widths of hidden layers; <paramref name="what"/> begins the complaint: <c>x has a layer</c>.</summary>
    public static void Widths(string what, IReadOnlyList<int> widths)
    {
        if (widths.FirstOrDefault(w => w is < 1 or > 65_536, 1) is not 1 and var width)
            throw new ArgumentException($"{what} {width}; it must be between 1 and 65536.");
    }
}
