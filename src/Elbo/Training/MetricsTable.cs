using System.Globalization;
using System.Text;
using Elbo.Formats;

namespace Elbo.Training;

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
        text.AppendJoin(',', [.. Leading, .. terms, .. Trailing]).Append('\n');
        foreach (var row in _rows)
        {
            text.Append(row.Epoch).Append(',').Append(row.Split).Append(',').Append(Number(row.Loss, "G9"));
            foreach (string term in terms)
            {
                text.Append(',');
                foreach (var (name, value) in row.Terms)
                    if (name == term) text.Append(Number(value, "G9"));
            }
            text.Append(',').Append(Number(row.LearningRate, "G9")).Append(',').Append(Number(row.ImagesPerSecond, "F1")).Append(',').Append(Number(row.Seconds, "F3")).Append('\n');
        }
        AtomicFile.WriteText(path, text.ToString());
    }

    /// <summary>Reads a table that <see cref="Save"/> wrote.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged; the message names the line.</exception>
    public static MetricsTable Load(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path} is missing; training writes it after every epoch.", path);
        var table = new MetricsTable();
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0) throw new InvalidDataException($"{path} is empty.");
        var header = lines[0].Split(',');
        if (!header.Take(Leading.Length).SequenceEqual(Leading) || !header.TakeLast(Trailing.Length).SequenceEqual(Trailing))
            throw new InvalidDataException($"{path} does not begin with the columns of a metrics table.");
        var terms = header[Leading.Length..^Trailing.Length];
        for (int i = 1; i < lines.Length; i++)
        {
            var cells = lines[i].Split(',');
            if (cells.Length != header.Length) throw new InvalidDataException($"{path}, line {i + 1}: {cells.Length} cells stand under {header.Length} columns.");
            try
            {
                var values = terms.Select((name, t) => (name, Text: cells[Leading.Length + t])).Where(t => t.Text.Length > 0).Select(t => (t.name, Parse(t.Text)));
                table._rows.Add(new EpochMetrics(int.Parse(cells[0], CultureInfo.InvariantCulture), cells[1], Parse(cells[2]), [.. values], (float)Parse(cells[^3]), Parse(cells[^2]), Parse(cells[^1])));
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                throw new InvalidDataException($"{path}, line {i + 1}: a cell is not a number.", e);
            }
        }
        return table;
    }

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
