using System.Diagnostics;
using System.Globalization;
using Elbo.Formats;

namespace Elbo.Tests.Formats;

public class LatentCsvTests
{
    [Fact]
    public void Columns_are_the_dimensions_and_the_category() =>
        Assert.Equal(
            "z1,z2,category\n0.1,-2,one\n1E-10,3.5,zero\n",
            LatentCsv.Format<byte>([0.1f, -2, 1e-10f, 3.5f], 2, [1, 0], ["zero", "one"])
        );

    [Fact]
    public void Without_labels_the_category_is_empty() =>
        Assert.Equal("z1,z2,z3,category\n1,2,3,\n", LatentCsv.Format<int>([1, 2, 3], 3, []));

    [Fact]
    public void A_label_without_a_name_is_written_as_its_number() =>
        Assert.Equal("z1,category\n1,-1\n2,7\n", LatentCsv.Format<int>([1, 2], 1, [-1, 7], ["only"]));

    [Fact]
    public void Names_with_commas_and_quotes_are_quoted() =>
        Assert.Equal("z1,category\n1,\"a \"\"b\"\", c\"\n", LatentCsv.Format<int>([1], 1, [0], ["a \"b\", c"]));

    [Fact]
    public void Every_float_reads_back_as_itself()
    {
        float[] codes = [MathF.PI, float.Epsilon, float.MaxValue, -1f / 3];
        string[] fields = LatentCsv.Format<int>(codes, 4, []).Split('\n')[1].Split(',');
        Assert.Equal(codes, fields[..4].Select(f => float.Parse(f, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void The_file_holds_the_text()
    {
        using var folder = new TemporaryFolder();
        LatentCsv.Save(folder.File("codes.csv"), [1, 2], 2);
        Assert.Equal("z1,z2,category\n1,2,\n", File.ReadAllText(folder.File("codes.csv")));
    }

    [Fact]
    public void Codes_and_labels_that_do_not_match_are_refused()
    {
        Assert.Throws<ArgumentException>(() => LatentCsv.Format<int>([1, 2, 3], 2, []));
        Assert.Throws<ArgumentException>(() => LatentCsv.Format<int>([1, 2], 1, [0]));
    }

    [Fact]
    public void A_table_reads_back_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        float[] codes = [0.1f, -2, float.Epsilon, 3.5f, 1 / 3f, 7];
        LatentCsv.Save<byte>(folder.File("codes.csv"), codes, 2, [1, 0, 2], ["a \"b\", c", "plain", "two\nlines"]);
        var table = LatentCsv.Load(folder.File("codes.csv"));
        Assert.Equal(2, table.Dimensions);
        Bits.AssertEqual(codes, table.Codes);
        Assert.Equal(["plain", "a \"b\", c", "two\nlines"], table.Categories);
        Assert.Equal(2, LatentCsv.Load(folder.File("codes.csv"), most: 2).Categories.Count);

        LatentCsv.Save(folder.File("bare.csv"), codes, 3);
        Assert.Empty(LatentCsv.Load(folder.File("bare.csv")).Categories);
    }

    [Theory]
    [InlineData("", "does not begin with the columns of latent codes.")]
    [InlineData("z1,z2\n1,2\n", "does not begin with the columns of latent codes.")]
    [InlineData("z1,z2,category\n1,2,a\n1\n", "row 2: 1 cells stand under 3 columns.")]
    [InlineData("z1,category\nx,a\n", "row 1: 'x' is not a number.")]
    [InlineData("z1,category\n1,a\n2,\"b\n3,c\n", "row 2: a quote is not closed.")]
    [InlineData("\"z1,category\n1,a\n", "row 0: a quote is not closed.")]
    public void What_is_no_table_is_refused(string content, string complaint)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("codes.csv"), content);
        Assert.EndsWith(
            complaint,
            Assert.Throws<InvalidDataException>(() => LatentCsv.Load(folder.File("codes.csv"))).Message
        );
    }

    [Fact]
    public void Line_ends_of_any_system_and_a_byte_order_mark_are_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("codes.csv"), "\ufeffz1,category\r\n1.5,a\r\n\"2\",b");
        var table = LatentCsv.Load(folder.File("codes.csv"));
        Assert.Equal([1.5f, 2], table.Codes);
        Assert.Equal(["a", "b"], table.Categories);
    }

    [Theory]
    [InlineData(400_000)]
    [InlineData(4_000_000)]
    [InlineData(40_000_000)]
    public void A_quote_that_is_never_closed_is_told_at_once(int length)
    {
        using var folder = new TemporaryFolder();
        string rows = string.Concat(Enumerable.Repeat("1,a\n", length / 4));
        File.WriteAllText(folder.File("codes.csv"), "z1,category\n1,\"a\n" + rows);
        var clock = Stopwatch.StartNew();
        var error = Assert.Throws<InvalidDataException>(() => LatentCsv.Load(folder.File("codes.csv")));
        // Time that grows with the square of the length would be hours for the longest.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
        Assert.StartsWith($"{folder.File("codes.csv")}, row 1: ", error.Message);
        Assert.Contains("a quote", error.Message, StringComparison.Ordinal);
        Assert.Contains("not closed", error.Message, StringComparison.Ordinal);
    }
}
