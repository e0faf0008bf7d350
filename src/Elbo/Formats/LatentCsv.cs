using System.Globalization;
using System.Numerics;

namespace Elbo.Formats;

/// <summary>Latent codes read from a file.</summary>
/// <param name="Codes">Codes (N, Z), row-major.</param>
/// <param name="Dimensions">Number of latent dimensions Z.</param>
/// <param name="Categories">The class name of each code; empty if there are no labels.</param>
public sealed record LatentTable(float[] Codes, int Dimensions, IReadOnlyList<string> Categories)
{
    /// <summary>The source file of each image; empty if the images are not separate files.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The number of the cluster of each code, from 0; empty if the file has no column for it.</summary>
    public IReadOnlyList<int> Clusters { get; init; } = [];

    /// <summary>
    /// Names of the classes: those in <paramref name="recorded"/>, then other categories, numbers by value.
    /// </summary>
    internal string[] ClassNames(IReadOnlyList<string> recorded) =>
        [
            .. recorded,
            .. Categories
                .Distinct()
                .Except(recorded)
                .OrderBy(name => int.TryParse(name, out int number) ? number : int.MaxValue)
                .ThenBy(name => name, StringComparer.Ordinal),
        ];
}

/// <summary>
/// Latent codes as comma-separated values, <c>z1,z2,…,category</c>, one image per row; before them a column
/// <c>file</c> if the images are separate files, and before the last one <c>cluster</c> and <c>cluster_name</c> if the
/// model has clusters and these have names.
/// </summary>
public static class LatentCsv
{
    private const string File = "file",
        Cluster = "cluster",
        ClusterName = "cluster_name",
        Category = "category";

    /// <summary>Formats the table. The <c>category</c> column is empty without labels.</summary>
    /// <param name="codes">Codes (N, Z), row-major.</param>
    /// <param name="dimensions">Number of latent dimensions Z.</param>
    /// <param name="labels">N class indices, or none.</param>
    /// <param name="classNames">Names of the classes; null, or a missing name, writes the class index.</param>
    /// <param name="column">Prefix of the column names, before their number.</param>
    /// <param name="files">The source file of each image; null writes no column for it.</param>
    /// <exception cref="ArgumentException">
    /// The codes are not whole rows, or the labels or files do not match them.
    /// </exception>
    public static string Format<TLabel>(
        ReadOnlySpan<float> codes,
        int dimensions,
        ReadOnlySpan<TLabel> labels,
        IReadOnlyList<string>? classNames = null,
        string column = "z",
        IReadOnlyList<string>? files = null
    )
        where TLabel : IBinaryInteger<TLabel> =>
        Csv.Format(ToTable(codes, dimensions, labels, classNames, column, files));

    /// <summary>Writes the table as UTF-8 to <paramref name="path"/>, atomically.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Format"/>.</exception>
    public static void Save<TLabel>(
        string path,
        ReadOnlySpan<float> codes,
        int dimensions,
        ReadOnlySpan<TLabel> labels,
        IReadOnlyList<string>? classNames = null,
        string column = "z",
        IReadOnlyList<string>? files = null
    )
        where TLabel : IBinaryInteger<TLabel> =>
        Csv.Save(path, ToTable(codes, dimensions, labels, classNames, column, files));

    /// <summary>Writes codes without labels. The <c>category</c> column exists and is empty.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Format"/>.</exception>
    public static void Save(string path, ReadOnlySpan<float> codes, int dimensions, string column = "z") =>
        Save<int>(path, codes, dimensions, [], null, column);

    /// <summary>Reads a table written by <see cref="Save{TLabel}"/>.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="most">Maximum number of rows to read, from the first.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <exception cref="ArgumentException">The path is empty, or the number is negative.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is not such a table. The message names the row.</exception>
    public static LatentTable Load(string path, int most = int.MaxValue, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        using var reader = new CsvReader(path, cancellation: cancellation);
        int first = reader.Columns is [File, ..] ? 1 : 0,
            dimensions = reader
                .Columns.Skip(first)
                .TakeWhile(column => column is not (Cluster or ClusterName or Category))
                .Count(),
            cluster = reader.Columns.ToList().IndexOf(Cluster);
        if (dimensions < 1 || reader.Columns[^1] != Category)
            throw new InvalidDataException($"{path} does not begin with the columns of latent codes.");
        var (codes, categories, files) = (new List<float>(), new List<string>(), new List<string>());
        var clusters = new List<int>();
        while (categories.Count < most && reader.Read())
        {
            if (first == 1)
                files.Add(reader.Text(0));
            for (int d = 0; d < dimensions; d++)
                codes.Add(reader.Number<float>(first + d));
            if (cluster >= 0)
                clusters.Add(
                    reader.Number<int>(cluster) is >= 0 and var number
                        ? number
                        : throw reader.Error("the cluster is negative; clusters count from 0.")
                );
            categories.Add(reader.Text(reader.Columns.Count - 1));
        }
        return new LatentTable(
            [.. codes],
            dimensions,
            categories.TrueForAll(category => category.Length == 0) ? [] : categories
        )
        {
            Files = files,
            Clusters = clusters,
        };
    }

    /// <summary>The table as <see cref="Format"/> writes it.</summary>
    internal static DataTable ToTable<TLabel>(
        ReadOnlySpan<float> codes,
        int dimensions,
        ReadOnlySpan<TLabel> labels,
        IReadOnlyList<string>? classNames,
        string column,
        IReadOnlyList<string>? files,
        IReadOnlyList<int>? clusters = null,
        IReadOnlyList<string?>? clusterNames = null
    )
        where TLabel : IBinaryInteger<TLabel>
    {
        if (dimensions < 1 || codes.Length % dimensions != 0)
            throw new ArgumentException(
                $"got {codes.Length} numbers; codes of {dimensions} dimensions need a multiple of that.",
                nameof(codes)
            );
        int count = codes.Length / dimensions;
        if (labels.Length != 0 && labels.Length != count)
            throw new ArgumentException(
                $"got {labels.Length} labels with {count} codes; each code needs one, or none has any.",
                nameof(labels)
            );

        if (files is not null && files.Count != count)
            throw new ArgumentException(
                $"got {files.Count} files with {count} codes; each code needs one.",
                nameof(files)
            );

        string[] name = files is null ? [] : [File],
            group = clusters is null ? []
            : clusterNames is null ? [Cluster]
            : [Cluster, ClusterName];
        var table = new DataTable([
            .. name,
            .. Enumerable.Range(1, dimensions).Select(d => $"{column}{d}"),
            .. group,
            Category,
        ]);
        object?[] cells = new object?[table.Columns.Count];
        for (int row = 0; row < count; row++)
        {
            if (files is not null)
                cells[0] = files[row];
            for (int d = 0; d < dimensions; d++)
                cells[name.Length + d] = codes[(row * dimensions) + d];
            if (clusters is not null)
                cells[name.Length + dimensions] = clusters[row];
            if (clusters is not null && clusterNames is not null)
                cells[name.Length + dimensions + 1] = clusterNames[clusters[row]];
            cells[^1] = labels.Length == 0 ? null : NameOf(int.CreateChecked(labels[row]), classNames);
            table.Add(cells);
        }
        return table;
    }

    private static string NameOf(int label, IReadOnlyList<string>? classNames) =>
        classNames is null || label < 0 || label >= classNames.Count
            ? label.ToString(CultureInfo.InvariantCulture)
            : classNames[label];
}
