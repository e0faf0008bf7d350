using System.Text.Json;

namespace Elbo.Options;

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

/// <summary>Finds what a mistyped name was probably meant to be.</summary>
internal static class NearestName
{
    /// <summary>
    /// The nearest of <paramref name="names"/> to what was <paramref name="typed"/>, or null where none is near.
    /// </summary>
    /// <remarks>
    /// Near is an edit distance of at most a third of the name (or of two: exchanged letters), or a beginning of it of
    /// three letters or more.
    /// </remarks>
    public static string? Find(string typed, IEnumerable<string> names)
    {
        string lower = typed.ToLowerInvariant();
        return names
            .Select(name => (Name: name, Distance: Distance(lower, name.ToLowerInvariant())))
            .Where(near =>
                near.Distance <= Math.Max(2, near.Name.Length / 3)
                || (lower.Length >= 3 && near.Name.StartsWith(lower, StringComparison.OrdinalIgnoreCase))
            )
            .OrderBy(near => near.Distance)
            .FirstOrDefault()
            .Name;
    }

    /// <summary>
    /// What to throw for a name that no catalog entry has: the names there are, and the one that was probably meant.
    /// </summary>
    /// <param name="kind">What the catalog holds: <c>dataset</c>.</param>
    /// <param name="typed">The unknown name.</param>
    /// <param name="names">All known ones.</param>
    public static ArgumentException Unknown(string kind, string typed, IReadOnlyCollection<string> names)
    {
        string hint = Find(typed, names) is { } near ? $" Did you mean {near}?" : "";
        return new ArgumentException($"there is no {kind} '{typed}'; there are {string.Join(", ", names)}.{hint}");
    }

    /// <summary>Levenshtein's distance: insertions, deletions and replacements that make one into the other.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[b.Length];
    }
}
