using System.Globalization;
using Elbo.Formats;

namespace Elbo.Training;

/// <summary>Metrics of one epoch on one split, as means over its images.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Split"><c>train</c>, <c>validation</c> or <c>test</c>.</param>
/// <param name="Loss">The training objective, in nats per image.</param>
/// <param name="Terms">The terms of the loss, in nats per image.</param>
/// <param name="LearningRate">Learning rate of the epoch.</param>
/// <param name="ImagesPerSecond">Throughput of the pass, in images per second.</param>
/// <param name="Seconds">Training time so far in seconds, without pauses between sessions.</param>
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
    /// <summary>Additional metrics, such as agreement of clusters with labels; empty for most models.</summary>
    public IReadOnlyList<(string Name, double Value)> Figures { get; init; } = [];

    /// <summary>
    /// One line, such as <c>epoch 12: test loss 101.30 (reconstruction 82.65, KL 18.65) nats</c>, with the additional
    /// metrics after it. The epoch is left out if it is 0, as in an evaluation outside of training.
    /// </summary>
    public override string ToString()
    {
        string epoch = Epoch > 0 ? FormattableString.Invariant($"epoch {Epoch}: ") : "";
        string terms = string.Join(
            ", ",
            Terms.Select(t => FormattableString.Invariant($"{Title(t.Name)} {t.Value:F2}"))
        );
        string more = string.Concat(Figures.Select(f => FormattableString.Invariant($", {f.Name} {f.Value:0.###}")));
        return FormattableString.Invariant($"{epoch}{Split} loss {Loss:F2}")
            + (terms.Length > 0 ? $" ({terms})" : "")
            + $" nats{more}";

        static string Title(string term) =>
            term == "kl" || term.StartsWith("kl-", StringComparison.Ordinal) ? $"KL{term[2..]}" : term;
    }
}

/// <summary>Metrics of every epoch and split: the contents of <c>metrics.csv</c>.</summary>
public sealed class MetricsTable
{
    private static readonly string[] Leading = ["epoch", "split", "loss"];
    private static readonly string[] Trailing = ["learning_rate", "images_per_second", "seconds"];

    /// <summary>A limit of the training time in seconds, about 30 years.</summary>
    private const double LongestTraining = 1e9;

    private readonly List<EpochMetrics> _rows = [];

    /// <summary>Creates a table with the given rows.</summary>
    public MetricsTable(params IEnumerable<EpochMetrics> rows) => Add(rows);

    /// <summary>The rows in the order in which they were added.</summary>
    public IReadOnlyList<EpochMetrics> Rows => _rows;

    /// <summary>
    /// The rows that measure generalisation: those of validation images if there are any, else of test images.
    /// </summary>
    internal static IEnumerable<EpochMetrics> HeldOut(IReadOnlyList<EpochMetrics> rows)
    {
        string split = rows.Any(row => row.Split == "validation") ? "validation" : "test";
        return rows.Where(row => row.Split == split);
    }

    /// <summary>Appends rows.</summary>
    /// <exception cref="ArgumentException">A row is null.</exception>
    public void Add(IEnumerable<EpochMetrics> rows)
    {
        EpochMetrics[] added = [.. rows];
        Require.Entries(added, nameof(rows));
        _rows.AddRange(added);
    }

    /// <summary>Removes the rows after <paramref name="epoch"/>, for a run that resumes there.</summary>
    public void KeepUntil(int epoch) => _rows.RemoveAll(r => r.Epoch > epoch);

    /// <summary>Writes the table. An existing file is replaced atomically.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
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
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged. The message names the row.</exception>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static MetricsTable Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path} is missing; training writes it after every epoch.", path);
        using var reader = new CsvReader(path);
        if (reader.Columns.Count == 0)
            throw new InvalidDataException($"{path} is empty.");
        // Terms of the loss come before these columns, other metrics after them.
        string[] header = [.. reader.Columns];
        int trailing = Array.IndexOf(header, Trailing[0]);
        if (
            !header.Take(Leading.Length).SequenceEqual(Leading)
            || trailing < 0
            || !header.Skip(trailing).Take(Trailing.Length).SequenceEqual(Trailing)
        )
            throw new InvalidDataException($"{path} does not begin with the columns of a metrics table.");
        var table = new MetricsTable();
        var terms = new Dictionary<string, int>();
        while (reader.Read())
        {
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
            CheckLast();
        }
        return table;

        void CheckLast()
        {
            var row = table._rows[^1];
            var (least, most) =
                table._rows.Count > 1 ? (table._rows[^2].Epoch, table._rows[^2].Epoch + 1L) : (1, int.MaxValue);
            if (row.Epoch < least)
                throw reader.Error($"epoch is {row.Epoch}; {least} or more is needed here.");
            if (row.Epoch > most)
                throw reader.Error(
                    $"epoch is {row.Epoch}; {most} or less is needed here, because every epoch has rows."
                );
            if (row.Seconds is not (>= 0 and <= LongestTraining))
                throw reader.Error($"seconds is {row.Seconds}; a number from 0 to {LongestTraining} is needed.");
            // The terms of a split are the same columns in every epoch, so their number is enough to compare.
            if (!terms.TryAdd(row.Split, row.Terms.Count) && terms[row.Split] != row.Terms.Count)
                throw reader.Error(
                    $"the {row.Split} loss has {row.Terms.Count} terms; in the rows before, it has "
                        + $"{terms[row.Split]}."
                );
        }

        List<(string, double)> Cells(int from, int to) =>
            [
                .. Enumerable
                    .Range(from, to - from)
                    .Where(column => !reader.IsEmpty(column))
                    .Select(column => (header[column], reader.Number<double>(column))),
            ];
    }

    /// <summary>The value for a name as text; null if the row does not have it.</summary>
    private static string? Cell(IReadOnlyList<(string Name, double Value)> values, string name)
    {
        foreach (var (other, value) in values)
            if (other == name)
                return Number(value, "G9");
        return null;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
