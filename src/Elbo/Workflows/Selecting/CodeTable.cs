using System.Globalization;
using Elbo.Formats;
using Elbo.Formats.Numpy;

namespace Elbo.Workflows.Selecting;

/// <summary>Codes that another program computed, with the files of their images where these are known.</summary>
/// <param name="Path">Path of the codes.</param>
/// <param name="Codes">Codes (N, <paramref name="Dimensions"/>), row-major.</param>
/// <param name="Dimensions">Number of dimensions of a code.</param>
internal sealed record CodeTable(string Path, float[] Codes, int Dimensions)
{
    /// <summary>Columns of tables that describe an image and are not part of its code.</summary>
    private static readonly string[] OtherColumns =
    [
        "order",
        "index",
        "file",
        "label",
        "category",
        "cluster",
        "cluster_name",
        "round",
        "votes",
        "redundancy",
    ];

    /// <summary>Names of the array of codes in a .npz file, and of those that describe the images.</summary>
    private static readonly string[] CodesArrays = ["codes", "embeddings", "features", "z"];
    private static readonly string[] FilesArrays = ["files", "file", "paths"];
    private static readonly string[] LabelArrays = ["labels", "label", "class_names"];

    /// <summary>Number of codes.</summary>
    public int Count => Codes.Length / Dimensions;

    /// <summary>The file of each image, as given; null if unknown.</summary>
    public IReadOnlyList<string>? Files { get; private init; }

    /// <summary>The path of each file; null if the files are unknown or none of them exists.</summary>
    public IReadOnlyList<string>? Paths { get; private init; }

    /// <summary>Remarks for the user, one line each.</summary>
    public IReadOnlyList<string> Remarks { get; private init; } = [];

    /// <summary>Reads codes, and the list of their files.</summary>
    /// <param name="path">
    /// A .npy file with an array (N, D); a .npz file with such an array and, optionally, one of texts called
    /// <c>files</c>; or a CSV table with a column per dimension and, optionally, one called <c>file</c>.
    /// </param>
    /// <param name="list">
    /// A text file with the path of one image per line, in the order of the codes; null uses those of the table.
    /// </param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The file has no codes, a code is not a row of finite numbers, or the files do not match the codes.
    /// </exception>
    public static CodeTable Read(string path, string? list = null, CancellationToken cancellation = default)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no {path}; --codes names a file of codes.");
        var (table, files) = System.IO.Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".npy" or ".npz" => ReadNumpy(path, cancellation),
            ".csv" => ReadCsv(path, cancellation),
            _ => throw new InvalidDataException($"'{path}' must end in .npy, .npz or .csv, the formats of codes."),
        };
        if (list is not null)
            files = [.. RegularFile.ReadAllLines(list, cancellation).Where(line => !string.IsNullOrWhiteSpace(line))];
        for (int i = 0; i < table.Codes.Length; i++)
            if (!float.IsFinite(table.Codes[i]))
                throw new InvalidDataException(
                    $"{path}: number {(i % table.Dimensions) + 1} of code {i / table.Dimensions} is {table.Codes[i]}; "
                        + "codes are finite numbers."
                );
        return files is null ? table : table.WithFiles(files, list ?? path);
    }

    private CodeTable WithFiles(string[] files, string source)
    {
        if (files.Length != Count)
            throw new InvalidDataException(
                FormattableString.Invariant($"{source} names {files.Length:N0} files; {Path} has {Count:N0} codes.")
            );
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(source))!;
        string[] paths = [.. files.Select(Locate)];
        int missing = Array.FindIndex(paths, path => !File.Exists(path));
        if (missing < 0)
            return this with { Files = files, Paths = paths };
        return Array.Exists(paths, File.Exists)
            ? throw new InvalidDataException(
                $"{source} names {files[missing]}, which is not a file here or in {folder}."
            )
            : this with
            {
                Files = files,
                Remarks =
                [
                    $"none of the files that {source} names exists here or in {folder}; there are no pictures of them.",
                ],
            };

        string Locate(string file) => File.Exists(file) ? file : System.IO.Path.Combine(folder, file);
    }

    private static (CodeTable Table, string[]? Files) ReadNumpy(string path, CancellationToken cancellation)
    {
        using var file = new NpzFile(path, cancellation);
        string? files = file.Names.FirstOrDefault(FilesArrays.Contains),
            codes = CodesArrays.FirstOrDefault(file.Names.Contains);
        string[] others = [.. file.Names.Where(name => name != files && !LabelArrays.Contains(name))];
        codes ??= others is [var only]
            ? only
            : throw new InvalidDataException(
                $"{path} has the arrays {string.Join(", ", file.Names)}; the codes must be called "
                    + $"{string.Join(", ", CodesArrays[..^1])} or {CodesArrays[^1]}."
            );
        var array = file.Read(codes);
        if (array.Shape is not [> 0, > 0])
            throw new InvalidDataException(
                $"{array.Name} has the shape {array.ShapeText}; codes need (N, D), a row per image."
            );
        double[] values = new double[array.Count];
        array.CopyTo(0, values);
        return (
            new CodeTable(path, Array.ConvertAll(values, value => (float)value), array.Shape[1]),
            files is null ? null : file.ReadTexts(files)
        );
    }

    private static (CodeTable Table, string[]? Files) ReadCsv(string path, CancellationToken cancellation)
    {
        using var reader = CsvReader.WithAnySeparator(path, cancellation);
        string[] columns = [.. reader.Columns.Select(column => column.Trim().ToLowerInvariant())];
        int[] numbers = [.. Enumerable.Range(0, columns.Length).Where(c => !OtherColumns.Contains(columns[c]))];
        if (numbers.Length == 0)
            throw new InvalidDataException($"{path} has no column of codes; each dimension needs one, such as z1.");
        int file = Array.IndexOf(columns, "file");
        var codes = new List<float>();
        var files = new List<string>();
        // A table without column names, as numpy.savetxt writes it, begins with the first code.
        float[] first = [.. columns.Select(Parsed).TakeWhile(value => value is not null).Select(value => value!.Value)];
        if (first.Length == columns.Length)
            codes.AddRange(first);
        while (reader.Read())
        {
            foreach (int column in numbers)
                // A comma would be read as a separator of thousands.
                codes.Add(
                    reader.Text(column).Contains(',', StringComparison.Ordinal)
                        ? throw reader.Error($"'{reader.Text(column)}' has a comma; numbers have a decimal point.")
                        : reader.Number<float>(column)
                );
            if (file >= 0)
                files.Add(reader.Text(file));
        }
        return codes.Count > 0
            ? (new CodeTable(path, [.. codes], numbers.Length), file >= 0 ? [.. files] : null)
            : throw new InvalidDataException($"{path} has no codes.");
    }

    private static float? Parsed(string text) =>
        float.TryParse(text, CultureInfo.InvariantCulture, out float value) ? value : null;
}
