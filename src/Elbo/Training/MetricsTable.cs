using System.Globalization;
using Elbo.Formats;

namespace Elbo.Training;

/// <summary>Means over the images of one split in one epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Split"><c>train</c>, <c>validation</c> or <c>test</c>.</param>
/// <param name="Loss">What training minimises, nats per image.</param>
/// <param name="Terms">What the loss is made of, nats per image.</param>
/// <param name="LearningRate">In this epoch.</param>
/// <param name="ImagesPerSecond">Throughput of the pass.</param>
/// <param name="Seconds">Since training began, pauses between sessions not counted.</param>
public sealed record EpochMetrics(
    int Epoch,
    string Split,
    double Loss,
    IReadOnlyList<(string Name, double Value)> Terms,
    float LearningRate,
    double ImagesPerSecond,
    double Seconds
)
{
    /// <summary>
    /// What else is known of the split, such as how well clusters agree with labels; none for most models.
    /// </summary>
    public IReadOnlyList<(string Name, double Value)> Figures { get; init; } = [];
}

/// <summary>Figures of every epoch and split, as <c>metrics.csv</c> keeps them.</summary>
public sealed class MetricsTable
{
    private static readonly string[] Leading = ["epoch", "split", "loss"];
    private static readonly string[] Trailing = ["learning_rate", "images_per_second", "seconds"];

    private readonly List<EpochMetrics> _rows = [];

    /// <summary>A table of the given figures; by default none.</summary>
    public MetricsTable(params IEnumerable<EpochMetrics> rows) => _rows.AddRange(rows);

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<EpochMetrics> Rows => _rows;

    /// <summary>
    /// The figures that tell how good an epoch is: of validation images where there are any, else of test images.
    /// </summary>
    internal static IEnumerable<EpochMetrics> HeldOut(IReadOnlyList<EpochMetrics> rows)
    {
        string split = rows.Any(row => row.Split == "validation") ? "validation" : "test";
        return rows.Where(row => row.Split == split);
    }

    /// <summary>Appends the figures of an epoch.</summary>
    public void Add(IEnumerable<EpochMetrics> rows) => _rows.AddRange(rows);

    /// <summary>Forgets what came after <paramref name="epoch"/>, before a run goes on from there.</summary>
    public void KeepUntil(int epoch) => _rows.RemoveAll(r => r.Epoch > epoch);

    /// <summary>Writes the table; a file that is there is replaced at once or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path)
    {
        string[] terms = [.. _rows.SelectMany(r => r.Terms.Select(t => t.Name)).Distinct()];
        string[] figures = [.. _rows.SelectMany(r => r.Figures.Select(t => t.Name)).Distinct()];
        var table = new DataTable([.. Leading, .. terms, .. Trailing, .. figures]);
        foreach (var row in _rows)
            table.Add([
                row.Epoch,
                row.Split,
                Number(row.Loss, "G9"),
                .. terms.Select(term => Cell(row.Terms, term)),
                Number(row.LearningRate, "G9"),
                Number(row.ImagesPerSecond, "F1"),
                Number(row.Seconds, "F3"),
                .. figures.Select(figure => Cell(row.Figures, figure)),
            ]);
        Csv.Save(path, table);
    }

    /// <summary>Reads a table that <see cref="Save"/> wrote.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged; the message names the row.</exception>
    public static MetricsTable Load(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path} is missing; training writes it after every epoch.", path);
        using var reader = new CsvReader(path);
        if (reader.Columns.Count == 0)
            throw new InvalidDataException($"{path} is empty.");
        // Terms of the loss stand before these columns, other figures after them.
        string[] header = [.. reader.Columns];
        int trailing = Array.IndexOf(header, Trailing[0]);
        if (
            !header.Take(Leading.Length).SequenceEqual(Leading)
            || trailing < 0
            || !header.Skip(trailing).Take(Trailing.Length).SequenceEqual(Trailing)
        )
            throw new InvalidDataException($"{path} does not begin with the columns of a metrics table.");
        var table = new MetricsTable();
        while (reader.Read())
            table._rows.Add(
                new EpochMetrics(
                    reader.Number<int>(0),
                    reader.Text(1),
                    reader.Number<double>(2),
                    Cells(Leading.Length, trailing),
                    reader.Number<float>(trailing),
                    reader.Number<double>(trailing + 1),
                    reader.Number<double>(trailing + 2)
                )
                {
                    Figures = Cells(trailing + Trailing.Length, header.Length),
                }
            );
        return table;

        List<(string, double)> Cells(int from, int to) =>
            [
                .. Enumerable
                    .Range(from, to - from)
                    .Where(column => !reader.IsEmpty(column))
                    .Select(column => (header[column], reader.Number<double>(column))),
            ];
    }

    /// <summary>The value of a name, null where the row has none.</summary>
    private static string? Cell(IReadOnlyList<(string Name, double Value)> values, string name)
    {
        foreach (var (other, value) in values)
            if (other == name)
                return Number(value, "G9");
        return null;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
