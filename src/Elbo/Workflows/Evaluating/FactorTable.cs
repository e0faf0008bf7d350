using System.Globalization;
using Elbo.Data;
using Elbo.Evaluation;
using Elbo.Formats;

namespace Elbo.Workflows.Evaluating;

/// <summary>A known factor of variation of images.</summary>
/// <param name="Name">Name of its column.</param>
/// <param name="Kind">How it is measured.</param>
/// <param name="Values">Number of its value or bin for each image.</param>
/// <param name="Description">What these numbers are: <c>3 values</c>, or <c>20 bins from 0 to 1</c>.</param>
internal sealed record Factor(string Name, FactorKind Kind, int[] Values, string Description);

/// <summary>Known factors of variation of images, from a table with a row per image and a column per factor.</summary>
/// <remarks>
/// A column of numbers with more than 20 values is a quantity, and divided into 20 bins of equal width between its
/// smallest and its largest value. Any other column is a category.
/// </remarks>
internal sealed class FactorTable
{
    private const int Bins = Disentanglement.DefaultBins;

    private static readonly string[] OtherColumns = ["", "id", "index", "file"];
    private static readonly string[] ClassColumns = ["class", "label"];

    private FactorTable(IReadOnlyList<Factor> factors, string remark) => (Factors, Remark) = (factors, remark);

    /// <summary>The factors with more than one value.</summary>
    public IReadOnlyList<Factor> Factors { get; }

    /// <summary>Which columns are used, and how.</summary>
    public string Remark { get; }

    /// <summary>
    /// Reads the factors of images. Their classes are a factor too, unless the table has a column <c>class</c> or
    /// <c>label</c>.
    /// </summary>
    /// <param name="path">A CSV file with commas, semicolons or tabs, whose first row has the names of factors.</param>
    /// <param name="images">The images that are evaluated, the first ones of the choice.</param>
    /// <param name="all">Number of images of the choice; the table can have a row for each of them.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The file has another number of rows, a cell that is empty or does not suit its column, or no factor.
    /// </exception>
    public static FactorTable Read(string path, ImageDataset images, int all, CancellationToken cancellation = default)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no {path}; --factors names a CSV file of factors.");
        var (names, rows) = ReadCells(path, cancellation);
        if (rows.Count != images.Count && rows.Count != all)
            throw new InvalidDataException(
                $"{path} has {rows.Count:N0} rows of factors; there are {all:N0} images, and each needs one."
            );
        List<Factor> factors = [];
        List<string> left = [];
        for (int column = 0; column < names.Count; column++)
        {
            string name = names[column];
            if (OtherColumns.Contains(name.ToLowerInvariant()))
                left.Add(name.Length == 0 ? "a column without a name" : name);
            else if (Column(path, name, [.. rows.Take(images.Count).Select(row => row[column])], left) is { } factor)
                factors.Add(factor);
        }
        if (images.Labels is not null && !names.Any(name => ClassColumns.Contains(name.ToLowerInvariant())))
        {
            int[] labels = ContingencyTable.Ranks(images.LabelIndices(), out int classes);
            if (classes > 1)
                factors.Add(new Factor("class", FactorKind.Discrete, labels, $"{classes} values"));
        }
        if (factors.Count == 0)
            throw new InvalidDataException($"{path} has no factor that varies; left out: {string.Join(", ", left)}.");
        return new FactorTable(
            factors,
            $"factors: {string.Join(", ", factors.Select(factor => $"{factor.Name} ({factor.Description})"))}"
                + (left.Count == 0 ? "." : $"; left out: {string.Join(", ", left)}.")
        );
    }

    private static (IReadOnlyList<string> Names, List<string[]> Rows) ReadCells(
        string path,
        CancellationToken cancellation
    )
    {
        using var reader = CsvReader.WithAnySeparator(path, cancellation);
        var names = reader.Columns.Select(name => name.Trim()).ToList();
        if (names.Count == 0)
            throw new InvalidDataException($"{path} is empty; it needs a row of names, and one row per image.");
        if (names.Count(IsNumber) is var numbers && numbers == names.Count)
            throw new InvalidDataException(
                $"{path}, row 0: the first row has numbers; it needs the names of the factors."
            );
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidDataException($"{path}, row 0: two columns are called '{twice.Key}'.");
        var rows = new List<string[]>();
        while (reader.Read())
        {
            string[] cells = [.. Enumerable.Range(0, names.Count).Select(i => reader.Text(i).Trim())];
            int empty = Array.IndexOf(cells, "");
            if (empty >= 0)
                throw reader.Error($"column '{names[empty]}' is empty; each image needs a value of each factor.");
            rows.Add(cells);
        }
        return (names, rows);
    }

    /// <summary>The factor of a column; null, and a text in <paramref name="left"/>, if it is none.</summary>
    private static Factor? Column(string path, string name, string[] cells, List<string> left)
    {
        int numbers = cells.Count(IsNumber);
        // 1 and 1.0 are the same value.
        int[] codes =
            numbers == cells.Length ? Codes([.. cells.Select(Number)], out int count) : Codes(cells, out count);
        if (count < 2)
            left.Add($"{name} (one value)");
        else if (count <= Bins)
            return new Factor(name, FactorKind.Discrete, codes, $"{count} values");
        else if (numbers == cells.Length)
            return Quantity(name, [.. cells.Select(Number)]);
        else if (numbers > cells.Length / 2)
        {
            int row = Array.FindIndex(cells, cell => !IsNumber(cell));
            throw new InvalidDataException(
                $"{path}, row {row + 1}: column '{name}' has '{cells[row]}', which is no finite number as most of its "
                    + "cells are."
            );
        }
        else if (count > cells.Length / 2)
            left.Add($"{name} ({count:N0} values, too many for {cells.Length:N0} images)");
        else
            return new Factor(name, FactorKind.Discrete, codes, $"{count} values");
        return null;
    }

    private static Factor Quantity(string name, double[] values)
    {
        double least = values.Min(),
            width = (values.Max() - least) / Bins;
        int[] bins = [.. values.Select(value => Math.Min(Bins - 1, (int)((value - least) / width)))];
        return new Factor(
            name,
            FactorKind.Continuous,
            bins,
            $"{Bins} bins from {EvaluationText.Number(least)} to {EvaluationText.Number(values.Max())}"
        );
    }

    /// <summary>A number for each different value, in the order of first appearance.</summary>
    private static int[] Codes<T>(T[] cells, out int count)
        where T : notnull
    {
        var known = new Dictionary<T, int>();
        int[] codes = new int[cells.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            if (!known.TryGetValue(cells[i], out codes[i]))
                known[cells[i]] = codes[i] = known.Count;
        }
        count = known.Count;
        return codes;
    }

    private static bool IsNumber(string cell) => double.IsFinite(Number(cell));

    /// <summary>The cell as a number; NaN if it is none.</summary>
    private static double Number(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : double.NaN;
}

/// <summary>How well the factors of images are each encoded by one latent dimension alone.</summary>
internal static class DisentanglementFigures
{
    private const string Group = "disentanglement";

    /// <summary>Maximum number of images for SAP, which fits a classifier to each dimension and factor.</summary>
    private const int MostFitted = 2_000;

    /// <summary>Mutual information gap and separated attribute predictability, of all factors and of each.</summary>
    /// <param name="codes">Codes (N, <paramref name="dimensions"/>).</param>
    /// <param name="dimensions">Number of latent dimensions, 2 or more.</param>
    /// <param name="factors">The factors of the N images.</param>
    /// <param name="threads">Number of threads. The figures do not depend on it.</param>
    public static IEnumerable<EvaluationFigure> Of(
        float[] codes,
        int dimensions,
        IReadOnlyList<Factor> factors,
        int threads
    )
    {
        int count = codes.Length / dimensions,
            fitted = Math.Min(count, MostFitted);
        var information = factors
            .Select(factor => Disentanglement.MutualInformationGap(codes, dimensions, factor.Values, 1).Factors[0])
            .ToArray();
        yield return Mean(
            "mig",
            information,
            $"mutual information gap (Chen et al. 2018), mean of {factors.Count} factors"
        );
        foreach (var (factor, gap) in factors.Zip(information))
            yield return Figure("mig", factor, gap, "of its entropy");
        var predictability = factors
            .Where(factor => factor.Values.AsSpan(0, fitted).ContainsAnyExcept(factor.Values[0]))
            .Select(factor =>
                (
                    Factor: factor,
                    Gap: Disentanglement
                        .SeparatedAttributePredictability(
                            codes.AsSpan(0, fitted * dimensions),
                            dimensions,
                            factor.Values.AsSpan(0, fitted),
                            1,
                            factor.Kind,
                            threads
                        )
                        .Factors[0]
                )
            )
            .ToArray();
        if (predictability.Length == 0)
            yield break;
        yield return Mean(
            "sap",
            [.. predictability.Select(pair => pair.Gap)],
            $"separated attribute predictability (Kumar et al. 2018), mean of {predictability.Length} factors, "
                + $"{fitted:N0} images"
        );
        foreach (var (factor, gap) in predictability)
            yield return Figure("sap", factor, gap, factor.Kind == FactorKind.Continuous ? "R²" : "accuracy");
    }

    private static EvaluationFigure Mean(string name, IReadOnlyList<FactorGap> gaps, string meaning) =>
        new(Group, name, gaps.Average(gap => gap.Gap), null, meaning);

    /// <summary>The gap of one factor, with its best dimension, counted from 1, and what that says about it.</summary>
    private static EvaluationFigure Figure(string metric, Factor factor, FactorGap gap, string unit) =>
        new(
            Group,
            $"{metric}-{factor.Name}",
            gap.Gap,
            null,
            $"{factor.Name}: z{gap.Dimension + 1} says most about it, "
                + $"{EvaluationText.Number(gap.Ratings[gap.Dimension])} {unit}"
        );
}
