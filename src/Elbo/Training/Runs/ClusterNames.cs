using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Elbo.Formats;

namespace Elbo.Training.Runs;

/// <summary>
/// Names that a person gave to the clusters of a run's model. Stored in <c>cluster-names.json</c>, which training and
/// resuming leave unchanged. Two clusters may have the same name.
/// </summary>
public sealed class ClusterNames
{
    /// <summary>Maximum number of characters of a name, so that legends stay narrower than their plots.</summary>
    public const int MostCharacters = 30;

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string?[] _names;

    private ClusterNames(string?[] names) => _names = names;

    /// <summary>Number of clusters, with or without a name.</summary>
    public int Count => _names.Length;

    /// <summary>Whether any cluster has a name.</summary>
    public bool Any => Array.Exists(_names, name => name is not null);

    /// <summary>The name of a cluster, counted from 0; null if it has none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cluster.</exception>
    public string? this[int cluster]
    {
        get
        {
            Require.Index(cluster, Count, "clusters");
            return _names[cluster];
        }
    }

    /// <summary>The name of each cluster; null for a cluster without one.</summary>
    public IReadOnlyList<string?> All => _names;

    /// <summary>How figures and tables show each cluster: <c>3: smile</c>, or <c>3</c> without a name.</summary>
    public IReadOnlyList<string> Labels => [.. Enumerable.Range(0, Count).Select(Label)];

    /// <summary>No names.</summary>
    /// <param name="clusters">Number of clusters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static ClusterNames None(int clusters)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(clusters);
        return new ClusterNames(new string?[clusters]);
    }

    /// <summary>Reads the names of a run; a run without the file has none.</summary>
    /// <param name="run">The run.</param>
    /// <param name="clusters">Number of clusters of its model.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or names a cluster that does not exist.</exception>
    public static ClusterNames Load(RunFolder run, int clusters)
    {
        ArgumentNullException.ThrowIfNull(run);
        var names = None(clusters);
        if (!File.Exists(run.ClusterNames))
            return names;
        var all = StrictJson.ParseObject(
            RegularFile.ReadAllText(run.ClusterNames),
            run.ClusterNames,
            "cluster numbers and names"
        );
        try
        {
            return names.With([.. all.Select(pair => Parse($"{pair.Key}={Text(pair.Key, pair.Value)}"))]);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{run.ClusterNames}: {FormatBoundary.Reason(e)}", e);
        }
    }

    /// <summary>Writes the names to the run's folder, or deletes the file if there are none.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.DeleteStrays();
        if (!Any)
        {
            File.Delete(run.ClusterNames);
            FolderSync.Flush(run.Path);
            return;
        }
        var json = new JsonObject();
        for (int k = 0; k < Count; k++)
            if (_names[k] is { } name)
                json[Number(k)] = name;
        AtomicFile.WriteText(run.ClusterNames, json.ToJsonString(Readable) + "\n");
    }

    /// <summary>Parses <c>3=smile</c>. White space around the name is removed; an empty name becomes null.</summary>
    /// <exception cref="ArgumentException">The text has another form, or the name cannot be shown.</exception>
    public static (int Cluster, string? Name) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (
            equals < 0
            || !int.TryParse(text[..equals], NumberStyles.None, CultureInfo.InvariantCulture, out int cluster)
        )
            throw new ArgumentException($"'{text}' is not NUMBER=NAME, such as 3=smile, or 3= to remove a name.");
        string name = text[(equals + 1)..].Trim();
        if (name.Any(IsUnprintable))
            throw new ArgumentException(
                $"the name of cluster {cluster} has a line break or another control character; give plain text."
            );
        int length = new StringInfo(name).LengthInTextElements;
        if (length > MostCharacters)
            throw new ArgumentException(
                $"the name of cluster {cluster} has {length} characters; it may have at most {MostCharacters}."
            );
        return (cluster, name.Length > 0 ? name : null);
    }

    /// <summary>These names with some changed; a null name is removed.</summary>
    /// <exception cref="ArgumentException">A cluster does not exist, or is given twice.</exception>
    public ClusterNames With(IReadOnlyList<(int Cluster, string? Name)> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        string?[] names = [.. _names];
        foreach (var (cluster, name) in changes)
        {
            if ((uint)cluster >= (uint)Count)
                throw new ArgumentException($"there is no cluster {cluster}; there are {Count}, counted from 0.");
            if (changes.Count(change => change.Cluster == cluster) > 1)
                throw new ArgumentException($"cluster {cluster} is given twice; give it one name.");
            names[cluster] = name;
        }
        return new ClusterNames(names);
    }

    /// <summary>Finds a cluster by its number or, if the text is not a number, by its name in any case.</summary>
    /// <exception cref="ArgumentException">No cluster, or more than one, is called so.</exception>
    public int Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
            return (uint)number < (uint)Count
                ? number
                : throw new ArgumentException($"cluster is {text}; there are {Count}, counted from 0.");
        int[] found =
        [
            .. Enumerable
                .Range(0, Count)
                .Where(k => string.Equals(_names[k], text.Trim(), StringComparison.OrdinalIgnoreCase)),
        ];
        string known = Any
            ? $"the names are {string.Join(", ", _names.Where(name => name is not null).Distinct())}"
            : "no cluster has a name, and 'elbo label-clusters' gives names";
        return found switch
        {
            [var only] => only,
            [] => throw new ArgumentException($"no cluster is called '{text}'; {known}."),
            _ => throw new ArgumentException(
                $"clusters {string.Join(", ", found)} are all called '{text}'; give the number of one."
            ),
        };
    }

    /// <summary>How figures and tables show a cluster: <c>3: smile</c>, or <c>3</c> without a name.</summary>
    public string Label(int cluster) => this[cluster] is { } name ? $"{Number(cluster)}: {name}" : Number(cluster);

    /// <summary>How captions show a cluster: <c>cluster 3: smile</c>, or <c>cluster 3</c>.</summary>
    public string Caption(int cluster) => $"cluster {Label(cluster)}";

    private static string Text(string cluster, JsonNode? name) =>
        name is JsonValue value && value.TryGetValue(out string? text)
            ? text
            : throw new ArgumentException(
                $"the name of cluster {cluster} is {name?.ToJsonString() ?? "null"}; give a text."
            );

    private static bool IsUnprintable(char c) =>
        char.IsControl(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Number(int cluster) => cluster.ToString(CultureInfo.InvariantCulture);
}
