using System.Text.Json.Nodes;
using Elbo.Formats.Numpy;

namespace Elbo.Formats;

/// <summary>Latent codes with what is known of their images, one row each.</summary>
/// <param name="Values">Codes (N, Z), row-major.</param>
/// <param name="Dimensions">Number of latent dimensions Z.</param>
internal sealed record LatentCodes(float[] Values, int Dimensions)
{
    /// <summary>One class index per image, or null.</summary>
    public ReadOnlyMemory<byte>? Labels { get; init; }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The source file of each image; null if the images are not separate files.</summary>
    public string[]? Files { get; init; }

    /// <summary>The number of the cluster of each image, from 0; null without clusters.</summary>
    public IReadOnlyList<int>? Clusters { get; init; }

    /// <summary>The name of each cluster, null for one without; null if none has a name.</summary>
    public IReadOnlyList<string?>? ClusterNames { get; init; }

    /// <summary>Prefix of the column names, before their number.</summary>
    public string Column { get; init; } = "z";

    /// <summary>Number of codes.</summary>
    public int Count => Values.Length / Dimensions;
}

/// <summary>Writes latent codes in the format that the ending of the file names.</summary>
internal static class CodesFile
{
    private static readonly (string Ending, Action<string, LatentCodes> Save)[] Formats =
    [
        (".csv", SaveCsv),
        (".npy", SaveNpy),
        (".npz", SaveNpz),
        (".parquet", SaveParquet),
        (".xlsx", (path, codes) => XlsxFile.Save(path, Table(codes), "codes")),
    ];

    /// <summary>Known endings, for messages.</summary>
    public static string Endings { get; } = string.Join(", ", Formats.Select(format => format.Ending));

    /// <summary>Checks that the ending of a file is known.</summary>
    /// <exception cref="ArgumentException">The ending is unknown.</exception>
    public static void RequireKnown(string path)
    {
        if (Format(path) is null)
            throw new ArgumentException($"'{path}' must end in {Endings}; the ending chooses the format.");
    }

    /// <summary>Writes codes to <paramref name="path"/>, atomically. The same codes give the same bytes.</summary>
    /// <exception cref="ArgumentException">The ending is unknown.</exception>
    public static void Save(string path, LatentCodes codes)
    {
        RequireKnown(path);
        Format(path)!(path, codes);
    }

    private static Action<string, LatentCodes>? Format(string path) =>
        Array
            .Find(Formats, format => Path.GetExtension(path).Equals(format.Ending, StringComparison.OrdinalIgnoreCase))
            .Save;

    private static DataTable Table(LatentCodes codes) =>
        LatentCsv.ToTable<byte>(
            codes.Values,
            codes.Dimensions,
            codes.Labels is { } labels ? labels.Span : [],
            codes.ClassNames,
            codes.Column,
            codes.Files,
            codes.Clusters,
            codes.ClusterNames
        );

    private static void SaveCsv(string path, LatentCodes codes) => Csv.Save(path, Table(codes));

    private static void SaveNpy(string path, LatentCodes codes) =>
        AtomicFile.Write(path, NpyWriter.Bytes(codes.Values, codes.Count, codes.Dimensions));

    /// <summary>
    /// Arrays <c>codes</c> and, where known, <c>labels</c>, <c>class_names</c>, <c>clusters</c>, <c>cluster_names</c> (a
    /// name per cluster) and <c>files</c>.
    /// </summary>
    private static void SaveNpz(string path, LatentCodes codes)
    {
        var arrays = new List<(string, byte[])>
        {
            ("codes", NpyWriter.Bytes(codes.Values, codes.Count, codes.Dimensions)),
        };
        if (codes.Labels is { } labels)
        {
            arrays.Add(("labels", NpyWriter.Bytes(Wide(labels))));
            arrays.Add(("class_names", NpyWriter.Bytes(codes.ClassNames)));
        }
        if (codes.Clusters is { } clusters)
            arrays.Add(("clusters", NpyWriter.Bytes([.. clusters.Select(k => (long)k)])));
        if (codes.ClusterNames is { } names)
            arrays.Add(("cluster_names", NpyWriter.Bytes([.. names.Select(name => name ?? "")])));
        if (codes.Files is { } files)
            arrays.Add(("files", NpyWriter.Bytes(files)));
        NpzFile.Save(path, arrays);
    }

    /// <summary>
    /// Columns <c>file</c>, <c>z1</c>, <c>z2</c>, …, <c>cluster</c>, <c>cluster_name</c> and <c>label</c>. The names of the classes are metadata as Hugging
    /// Face's datasets read and write it.
    /// </summary>
    private static void SaveParquet(string path, LatentCodes codes)
    {
        var columns = new List<(string, Array)>();
        if (codes.Files is { } files)
            columns.Add(("file", files));
        for (int d = 0; d < codes.Dimensions; d++)
        {
            float[] column = new float[codes.Count];
            for (int i = 0; i < column.Length; i++)
                column[i] = codes.Values[(i * codes.Dimensions) + d];
            columns.Add(($"{codes.Column}{d + 1}", column));
        }
        if (codes.Clusters is { } clusters)
            columns.Add(("cluster", clusters.Select(k => (long)k).ToArray()));
        if (codes is { Clusters: { } numbers, ClusterNames: { } names })
            columns.Add(("cluster_name", numbers.Select(k => names[k]).ToArray()));
        if (codes.Labels is { } labels)
            columns.Add(("label", Wide(labels)));
        ParquetFile.Save(path, Metadata(codes, columns), columns);
    }

    private static Dictionary<string, string> Metadata(LatentCodes codes, List<(string Name, Array Cells)> columns)
    {
        var features = new JsonObject();
        foreach (var (name, cells) in columns)
            features[name] =
                name == "label"
                    ? new JsonObject
                    {
                        ["names"] = new JsonArray([.. codes.ClassNames.Select(text => (JsonNode)text)]),
                        ["_type"] = "ClassLabel",
                    }
                    : new JsonObject
                    {
                        ["dtype"] =
                            cells is float[] ? "float32"
                            : cells is long[] ? "int64"
                            : "string",
                        ["_type"] = "Value",
                    };
        var info = new JsonObject { ["info"] = new JsonObject { ["features"] = features } };
        return new() { ["huggingface"] = info.ToJsonString() };
    }

    private static long[] Wide(ReadOnlyMemory<byte> labels)
    {
        long[] wide = new long[labels.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = labels.Span[i];
        return wide;
    }
}
