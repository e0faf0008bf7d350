using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Reports;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows;

/// <summary>Runs side by side.</summary>
public sealed class RunComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Runs_are_compared_by_what_differs_with_the_figures_of_their_metrics()
    {
        string[] runs = [Train("small", 2), Train("large", 5)];
        var (path, table) = RunComparison.Run(runs, _folder.File("both"));
        Assert.Equal(["latent-dim 2", "latent-dim 5"], table.Rows.Select(row => row[1]));
        for (int i = 0; i < runs.Length; i++)
        {
            var last = MetricsTable.Load(RunFolder.Open(runs[i]).Metrics).Rows.Last(row => row.Split == "test");
            Assert.Equal(last.Loss, table.Rows[i][7]);
            Assert.Equal(last.Terms.Select(term => (object?)term.Value), table.Rows[i].Skip(8).Take(2));

            using var loaded = LoadedRun.Open(runs[i]);
            float[] images = loaded.Data.Test.ToIntensities(),
                restored = Inference.Reconstruct(loaded.Model, images);
            double error = images.Zip(restored, (a, b) => Math.Pow((double)a - b, 2)).Average();
            Assert.Equal(error, (double)table.Rows[i][10]!, 1e-9);
        }
        Assert.Equal(
            [
                "comparison.csv",
                "comparison.html",
                "curves.pdf",
                "curves.png",
                "curves.svg",
                "reconstructions.pdf",
                "reconstructions.png",
                "reconstructions.svg",
            ],
            Directory.GetFiles(path).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)
        );
        string page = File.ReadAllText(Path.Combine(path, "comparison.html"));
        Assert.Contains("<a href=\"../small/report.html\">small</a>", page);
        Assert.Equal(2, page.Split("src=\"data:image/png;base64,").Length - 1);
        Assert.DoesNotContain("src=\"http", page);

        Assert.Throws<IOException>(() => RunComparison.Run(runs, path));
        RunComparison.Run(runs, path, overwrite: true);
    }

    [Fact]
    public void Runs_without_a_short_difference_have_their_names()
    {
        string[] runs = [Train("first", 2), Train("second", 2)];
        var contents = runs.Select(run => RunContent.Load(RunFolder.Open(run), _folder.File("x.html"))).ToArray();
        Assert.Equal(["first", "second"], RunComparison.Labels(contents));
    }

    [Fact]
    public void One_run_or_a_run_without_an_epoch_cannot_be_compared()
    {
        string run = Train("only", 2);
        Assert.StartsWith(
            "got 1 run to compare;",
            Assert.Throws<ArgumentException>(() => RunComparison.Run([run])).Message
        );
        File.Delete(RunFolder.Open(run).Metrics);
        Assert.Contains(
            "has no completed epoch",
            Assert.Throws<InvalidDataException>(() => RunComparison.Run([run, run])).Message
        );
    }

    private string Train(string name, int latentDim)
    {
        using var observer = new RecordingObserver();
        var config = SmallDigits.Config with
        {
            ModelOptions = TinyRun.Network with { LatentDim = latentDim },
            Epochs = 1,
            Name = name,
        };
        return TrainWorkflow.Start(config, _folder.Path, overwrite: false, TinyRun.Location, observer).Path;
    }
}
