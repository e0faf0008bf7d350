using Elbo.Training;

namespace Elbo.Tests.Training;

public class MetricsTableTests
{
    [Fact]
    public void What_was_saved_reads_back_and_saves_to_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        var table = Table();
        table.Save(folder.File("metrics.csv"));
        var read = MetricsTable.Load(folder.File("metrics.csv"));
        read.Save(folder.File("again.csv"));
        Assert.Equal(File.ReadAllText(folder.File("metrics.csv")), File.ReadAllText(folder.File("again.csv")));
        Assert.Equal(
            table.Rows.Select(r => (r.Epoch, r.Split, (float)r.Loss, r.LearningRate)),
            read.Rows.Select(r => (r.Epoch, r.Split, (float)r.Loss, r.LearningRate))
        );
        Assert.Equal(["reconstruction", "kl"], read.Rows[0].Terms.Select(t => t.Name));
    }

    [Fact]
    public void The_file_is_plain_comma_separated_values()
    {
        using var folder = new TemporaryFolder();
        Table().Save(folder.File("metrics.csv"));
        Assert.Equal(
            """
            epoch,split,loss,reconstruction,kl,learning_rate,images_per_second,seconds
            1,train,150.25,140,10.25,0.00100000005,1234.6,1.500
            1,test,151.333333,141,10.3333333,0.00100000005,0.0,1.500
            2,validation,NaN,Infinity,,0.00100000005,1234.6,2.500

            """.ReplaceLineEndings("\n"),
            File.ReadAllText(folder.File("metrics.csv"))
        );
    }

    [Fact]
    public void A_term_that_a_split_lacks_stays_lacking()
    {
        using var folder = new TemporaryFolder();
        Table().Save(folder.File("metrics.csv"));
        Assert.Equal(
            ["reconstruction"],
            MetricsTable.Load(folder.File("metrics.csv")).Rows[2].Terms.Select(t => t.Name)
        );
    }

    [Fact]
    public void Epochs_after_a_given_one_are_forgotten()
    {
        var table = Table();
        table.KeepUntil(1);
        Assert.Equal([1, 1], table.Rows.Select(r => r.Epoch));
        table.KeepUntil(0);
        Assert.Empty(table.Rows);
    }

    [Theory]
    [InlineData("", " is empty.")]
    [InlineData("junk\n", " does not begin with the columns of a metrics table.")]
    [InlineData("epoch,split,loss,seconds\n", " does not begin with the columns of a metrics table.")]
    [InlineData(
        "epoch,split,loss,learning_rate,images_per_second,seconds\n1,train,2",
        ", row 1: 3 cells stand under 6 columns."
    )]
    [InlineData(
        "epoch,split,loss,learning_rate,images_per_second,seconds\n1,train,2,3,4,5\n1,test,x,3,4,5",
        ", row 2: 'x' is not a number."
    )]
    [InlineData(
        "epoch,split,loss,learning_rate,images_per_second,seconds\n99999999999,train,2,3,4,5",
        ", row 1: '99999999999' is not a whole number."
    )]
    [InlineData(
        "epoch,split,loss,learning_rate,images_per_second,seconds\n1.5,train,2,3,4,5",
        ", row 1: '1.5' is not a whole number."
    )]
    [InlineData(
        "epoch,split,loss,learning_rate,images_per_second,seconds\n-2000000000,train,2,3,4,5",
        ", row 1: epoch is -2000000000; 1 or more is needed here."
    )]
    [InlineData(
        "epoch,split,loss,learning_rate,images_per_second,seconds\n3,train,2,3,4,5\n2,train,2,3,4,5",
        ", row 2: epoch is 2; 3 or more is needed here."
    )]
    [InlineData(
        "epoch,split,loss,kl,learning_rate,images_per_second,seconds\n1,test,2,1,3,4,5\n2,test,2,,3,4,5",
        ", row 2: the test loss has 0 terms; in the rows before, it has 1."
    )]
    [InlineData(
        "epoch,split,loss,learning_rate,images_per_second,seconds\n1,train,2,3,4,5\n2000000000,train,2,3,4,5",
        ", row 2: epoch is 2000000000; 2 or less is needed here, because every epoch has rows."
    )]
    [InlineData(
        "epoch,split,loss,learning_rate,images_per_second,seconds\n1,train,2,3,4,1e300",
        ", row 1: seconds is 1E+300; a number from 0 to 1000000000 is needed."
    )]
    public void Damage_is_told_with_its_place(string text, string complaint)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("metrics.csv"), text);
        Assert.Equal(
            folder.File("metrics.csv") + complaint,
            Assert.Throws<InvalidDataException>(() => MetricsTable.Load(folder.File("metrics.csv"))).Message
        );
    }

    [Fact]
    public void A_missing_file_is_told_by_its_path()
    {
        using var folder = new TemporaryFolder();
        Assert.StartsWith(
            folder.File("metrics.csv") + " is missing;",
            Assert.Throws<FileNotFoundException>(() => MetricsTable.Load(folder.File("metrics.csv"))).Message
        );
    }

    private static MetricsTable Table()
    {
        var table = new MetricsTable();
        table.Add([
            new EpochMetrics(1, "train", 150.25, [("reconstruction", 140), ("kl", 10.25)], 1e-3f, 1234.56, 1.5),
            new EpochMetrics(1, "test", 151 + 1 / 3.0, [("reconstruction", 141), ("kl", 10 + 1 / 3.0)], 1e-3f, 0, 1.5),
        ]);
        table.Add([
            new EpochMetrics(
                2,
                "validation",
                double.NaN,
                [("reconstruction", double.PositiveInfinity)],
                1e-3f,
                1234.56,
                2.5
            ),
        ]);
        return table;
    }
}
