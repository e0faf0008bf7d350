using System.Globalization;
using System.Text;
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
        var terms = _rows.SelectMany(r => r.Terms.Select(t => t.Name)).Distinct().ToArray();
        var text = new StringBuilder();
        var figures = _rows.SelectMany(r => r.Figures.Select(t => t.Name)).Distinct().ToArray();
        text.AppendJoin(',', [.. Leading, .. terms, .. Trailing, .. figures]).Append('\n');
        foreach (var row in _rows)
        {
            text.Append(row.Epoch).Append(',').Append(row.Split).Append(',').Append(Number(row.Loss, "G9"));
            AppendCells(text, terms, row.Terms);
            text.Append(',')
                .Append(Number(row.LearningRate, "G9"))
                .Append(',')
                .Append(Number(row.ImagesPerSecond, "F1"))
                .Append(',')
                .Append(Number(row.Seconds, "F3"));
            AppendCells(text, figures, row.Figures);
            text.Append('\n');
        }
        AtomicFile.WriteText(path, text.ToString());
    }

    /// <summary>Reads a table that <see cref="Save"/> wrote.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged; the message names the line.</exception>
    public static MetricsTable Load(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path} is missing; training writes it after every epoch.", path);
        var table = new MetricsTable();
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0)
            throw new InvalidDataException($"{path} is empty.");
        var header = lines[0].Split(',');
        // Terms of the loss stand before these columns, other figures after them.
        int trailing = Array.IndexOf(header, Trailing[0]);
        if (
            !header.Take(Leading.Length).SequenceEqual(Leading)
            || trailing < 0
            || !header.Skip(trailing).Take(Trailing.Length).SequenceEqual(Trailing)
        )
            throw new InvalidDataException($"{path} does not begin with the columns of a metrics table.");
        for (int i = 1; i < lines.Length; i++)
        {
            var cells = lines[i].Split(',');
            if (cells.Length != header.Length)
                throw new InvalidDataException(
                    $"{path}, line {i + 1}: {cells.Length} cells stand under {header.Length} columns."
                );
            try
            {
                double Cell(int column) => double.Parse(cells[column], CultureInfo.InvariantCulture);
                List<(string, double)> Cells(int from, int to) =>
                    [
                        .. Enumerable
                            .Range(from, to - from)
                            .Where(c => cells[c].Length > 0)
                            .Select(c => (header[c], Cell(c))),
                    ];
                table._rows.Add(
                    new EpochMetrics(
                        int.Parse(cells[0], CultureInfo.InvariantCulture),
                        cells[1],
                        Cell(2),
                        Cells(Leading.Length, trailing),
                        (float)Cell(trailing),
                        Cell(trailing + 1),
                        Cell(trailing + 2)
                    )
                    {
                        Figures = Cells(trailing + Trailing.Length, header.Length),
                    }
                );
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                throw new InvalidDataException($"{path}, line {i + 1}: a cell is not a number.", e);
            }
        }
        return table;
    }

    /// <summary>A cell for each column, empty where the row has no such value.</summary>
    private static void AppendCells(
        StringBuilder text,
        string[] columns,
        IReadOnlyList<(string Name, double Value)> values
    )
    {
        foreach (string column in columns)
        {
            text.Append(',');
            foreach (var (name, value) in values)
                if (name == column)
                    text.Append(Number(value, "G9"));
        }
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
