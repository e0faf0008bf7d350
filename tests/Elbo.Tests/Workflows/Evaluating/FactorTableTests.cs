using Elbo.Data;
using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Workflows.Evaluating;

namespace Elbo.Tests.Workflows.Evaluating;

[Collection(SmallRunTests.Name)]
public sealed class FactorTableTests(SmallRun small) : IDisposable
{
    private const int Count = 400;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_factor_in_one_dimension_has_a_gap_near_one_and_one_in_none_near_zero()
    {
        var rng = new Rng(1);
        float[] codes = [.. Enumerable.Range(0, 3 * Count).Select(_ => rng.NextNormal())];
        // Four values far apart in dimension 2, a quantity in dimension 3, and nothing about the coin anywhere.
        int[] shape = [.. Enumerable.Range(0, Count).Select(_ => rng.Next(4))];
        float[] size = [.. Enumerable.Range(0, Count).Select(_ => rng.NextSingle())];
        for (int i = 0; i < Count; i++)
            (codes[(3 * i) + 1], codes[(3 * i) + 2]) = ((10 * shape[i]) + (0.1f * rng.NextNormal()), -4 * size[i]);
        var table = Read("shape,size,coin", i => FormattableString.Invariant($"s{shape[i]},{size[i]},{rng.Next(2)}"));
        var figures = DisentanglementFigures.Of(codes, 3, table.Factors, threads: 1).ToDictionary(f => f.Name);
        Assert.InRange(figures["mig-shape"].Value, 0.9, 1);
        // With 20 bins of both and 400 images, another dimension has 0.45 of 3 nats by chance.
        Assert.InRange(figures["mig-size"].Value, 0.8, 0.95);
        Assert.InRange(figures["mig-coin"].Value, 0, 0.03);
        Assert.InRange(figures["sap-size"].Value, 0.95, 1);
        // The other dimensions predict the most frequent of four shapes, or little better.
        Assert.InRange(figures["sap-shape"].Value, 0.6, 0.75);
        Assert.InRange(figures["sap-coin"].Value, 0, 0.05);
        string[] factors = ["shape", "size", "coin"];
        foreach (string metric in (string[])["mig", "sap"])
            Assert.Equal(factors.Average(name => figures[$"{metric}-{name}"].Value), figures[metric].Value, 1e-12);
        Assert.StartsWith("shape: z2 says most about it, 1 ", figures["sap-shape"].Meaning, StringComparison.Ordinal);
        Assert.StartsWith("size: z3 says most about it, ", figures["mig-size"].Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_categories_or_quantities_and_the_remark_says_which()
    {
        var table = Read(
            "index,size,kind,angle,name,colour",
            i =>
                FormattableString.Invariant(
                    $"{i},{(i % 6 < 3 ? i % 3 : $"{i % 3}.0")},\"k, {i % 25}\",{i / 4f},n{i},red"
                )
        );
        Assert.Equal(
            "factors: size (3 values), kind (25 values), angle (20 bins from 0 to 99.75); left out: index, name (400 "
                + "values, too many for 400 images), colour (one value).",
            table.Remark
        );
        Assert.Equal([.. Enumerable.Range(0, Count).Select(i => Math.Min(19, i / 20))], table.Factors[2].Values);
        Assert.Equal(FactorKind.Continuous, table.Factors[2].Kind);
        Assert.Equal([0, 1, 2, 0], table.Factors[0].Values[..4]);
    }

    [Fact]
    public void The_class_is_a_factor_unless_the_table_has_it_and_rows_may_be_those_of_all_images()
    {
        var test = small.Loaded.Data.Test;
        string file = Write("angle", i => $"{i % 5}", test.Count);
        var table = FactorTable.Read(file, test.Slice(0, 50), test.Count);
        Assert.Equal(["angle", "class"], table.Factors.Select(factor => factor.Name));
        Assert.All(table.Factors, factor => Assert.Equal(50, factor.Values.Length));
        string own = Write("angle,label", i => $"{i % 5},{i % 2}", 50);
        Assert.Equal(["angle", "label"], FactorTable.Read(own, test.Slice(0, 50), 50).Factors.Select(f => f.Name));
    }

    [Fact]
    public void The_evaluation_has_the_figures_and_the_remark()
    {
        var (evaluation, _) = EvaluateWorkflow.Run(
            small.Loaded,
            new EvaluateOptions
            {
                // Training images have no figures of classifiers, which take long.
                Choice = Elbo.Workflows.ImageChoice.OfSplit("train"),
                Count = 60,
                ImportanceSamples = 1,
                Factors = Write("half", i => $"{i / 30}", 60),
                Output = _folder.File("e.json"),
            }
        );
        Assert.Equal(
            ["mig", "mig-half", "mig-class", "sap", "sap-half", "sap-class"],
            evaluation.Figures.Where(figure => figure.Group == "disentanglement").Select(figure => figure.Name)
        );
        Assert.Contains("factors: half (2 values), class (10 values).", evaluation.Remarks);
    }

    [Theory]
    [InlineData("a\n1\n2\n", " has 2 rows of factors; there are 3 images, and each needs one.")]
    [InlineData("", " is empty; it needs a row of names, and one row per image.")]
    [InlineData("1,2\n1,2\n", ", row 0: the first row has numbers; it needs the names of the factors.")]
    [InlineData("a,b,a\n", ", row 0: two columns are called 'a'.")]
    [InlineData("a,b\n1,2\n1,\n", ", row 2: column 'b' is empty; each image needs a value of each factor.")]
    [InlineData("a,b\n1,2\n1\n", ", row 2: 1 cells stand under 2 columns.")]
    [InlineData("a,file\n1,x\n1,y\n1,z\n", " has no factor that varies; left out: a (one value), file.")]
    public void A_bad_file_is_refused_with_its_row_and_column(string content, string complaint)
    {
        string file = _folder.File("factors.csv");
        File.WriteAllText(file, content);
        Assert.Equal(file + complaint, Refused(file, 3));
    }

    [Fact]
    public void A_cell_that_is_no_number_among_numbers_is_refused()
    {
        string file = Write("size", i => i == 6 ? "1.o" : FormattableString.Invariant($"{i / 8f}"), 30);
        Assert.Equal(
            $"{file}, row 7: column 'size' has '1.o', which is no finite number as most of its cells are.",
            Refused(file, 30)
        );
    }

    private static string Refused(string file, int count) =>
        Assert.Throws<InvalidDataException>(() => FactorTable.Read(file, Unlabelled(count), count)).Message;

    private static ImageDataset Unlabelled(int count) => new("plain", new ImageShape(1, 1, 1), new byte[count]);

    private FactorTable Read(string names, Func<int, string> row) =>
        FactorTable.Read(Write(names, row, Count), Unlabelled(Count), Count);

    private string Write(string names, Func<int, string> row, int count)
    {
        string file = _folder.File($"{Guid.NewGuid():N}.csv");
        File.WriteAllLines(file, [names, .. Enumerable.Range(0, count).Select(row)]);
        return file;
    }
}
