using System.Text.Json;

namespace Elbo.Options;

/// <summary>Names of enumeration members on the command line and in config files.</summary>
public static class OptionName
{
    /// <summary>All names of <typeparamref name="T"/>.</summary>
    public static IReadOnlyList<string> Names<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(Name)];

    /// <summary>The name of a member.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>
    /// Returns the member called <paramref name="name"/>. If there is none, throws the exception that
    /// <paramref name="complaint"/> creates from a message with the known names.
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

/// <summary>Finds the most similar name for a mistyped one.</summary>
internal static class NearestName
{
    /// <summary>
    /// The most similar of <paramref name="names"/> to <paramref name="typed"/>, or null if none is similar.
    /// </summary>
    /// <remarks>
    /// Similar means an edit distance of at most a third of the name's length (or of two, for exchanged letters), or a
    /// prefix of at least three letters.
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

    /// <summary>The names most similar to <paramref name="typed"/>: first those that contain it.</summary>
    public static IEnumerable<string> Likeliest(string typed, IEnumerable<string> names, int count)
    {
        string lower = typed.ToLowerInvariant();
        return names
            .OrderBy(name => !name.Contains(lower, StringComparison.OrdinalIgnoreCase))
            .ThenBy(name => Distance(lower, name.ToLowerInvariant()))
            .Take(count);
    }

    /// <summary>
    /// The exception for a name that is not in a catalog, with the known names and the most similar one.
    /// </summary>
    /// <param name="kind">Kind of the catalog's entries, such as <c>dataset</c>.</param>
    /// <param name="typed">The unknown name.</param>
    /// <param name="names">The known names.</param>
    public static ArgumentException Unknown(string kind, string typed, IReadOnlyCollection<string> names)
    {
        string hint = Find(typed, names) is { } near ? $" Did you mean {near}?" : "";
        return new ArgumentException($"there is no {kind} '{typed}'; there are {string.Join(", ", names)}.{hint}");
    }

    /// <summary>
    /// Levenshtein distance: the number of insertions, deletions and replacements that turn one text into the other.
    /// </summary>
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
