using System.Text.Json;

namespace Elbo;

/// <summary>Names of enumeration members as the command line and config files write them.</summary>
public static class OptionName
{
    /// <summary>All names of <typeparamref name="T"/>.</summary>
    public static IReadOnlyList<string> Names<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(Name)];

    /// <summary>The name of one member.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>
    /// The member called <paramref name="name"/>; otherwise what <paramref name="complaint"/> makes of a message that
    /// lists the names.
    /// </summary>
    public static T Parse<T>(string name, Func<string, Exception> complaint)
        where T : struct, Enum
    {
        ArgumentNullException.ThrowIfNull(complaint);
        foreach (var value in Enum.GetValues<T>())
            if (Name(value) == name)
                return value;
        throw complaint($"'{name}' is not one of {string.Join(", ", Names<T>())}.");
    }
}
