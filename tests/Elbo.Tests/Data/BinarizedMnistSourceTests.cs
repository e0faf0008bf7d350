using Elbo.Data;
using Elbo.Tests.Workflows;
using Elbo.Training;
using Elbo.Workflows;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Data;

public sealed class BinarizedMnistSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_three_files_are_the_splits_in_black_and_white()
    {
        Write("binarized-mnist/", 3, 2, 1);
        var splits = new BinarizedMnistSource().Load(Location());
        Assert.Equal((3, 2, 1), (splits.Train.Count, splits.Validation!.Count, splits.Test.Count));
        Assert.Equal(new ImageShape(1, 28, 28), splits.Train.Shape);
        Assert.Null(splits.Train.Labels);
        for (int i = 0; i < 3; i++)
            Assert.Equal(
                Enumerable.Range(0, 784).Select(p => Bit(i, p) ? (byte)255 : (byte)0),
                splits.Train.Image(i).ToArray()
            );
    }

    [Theory]
    [InlineData("binarized_mnist/")]
    [InlineData("")]
    public void The_files_are_found_in_the_publishers_folder_and_by_themselves(string below)
    {
        Write(below, 1, 1, 1);
        Assert.Equal(
            Path.TrimEndingDirectorySeparator(_folder.File(below)),
            Path.TrimEndingDirectorySeparator(new BinarizedMnistSource().Find(Location())!)
        );
    }

    [Fact]
    public void Windows_line_ends_blanks_and_a_missing_last_line_end_are_read()
    {
        Write("", 2, 1, 1);
        string path = _folder.File("binarized_mnist_train.amat");
        File.WriteAllText(path, File.ReadAllText(path).TrimEnd().Replace(" ", "  ").Replace("\n", " \r\n"));
        Assert.Equal(2, new BinarizedMnistSource().Load(Location()).Train.Count);
    }

    [Theory]
    [InlineData("0 1 0\n", "line 1 has 3 numbers; expected 784, one per pixel.")]
    [InlineData("\n0.5 1\n", "line 2 has a number that is not 0 or 1; expected 784 of them, separated by blanks.")]
    [InlineData("10 1\n", "line 1 has a number that is not 0 or 1; expected 784 of them, separated by blanks.")]
    public void Another_content_is_refused_with_its_line(string content, string complaint)
    {
        Write("", 1, 1, 1);
        string path = _folder.Write("binarized_mnist_test.amat", System.Text.Encoding.ASCII.GetBytes(content));
        Assert.Equal(
            $"{path}: {complaint}",
            Assert.Throws<InvalidDataException>(() => new BinarizedMnistSource().Load(Location())).Message
        );
        File.WriteAllText(path, "\n");
        Assert.Equal(
            $"{path} has no images; expected one per line.",
            Assert.Throws<InvalidDataException>(() => new BinarizedMnistSource().Load(Location())).Message
        );
    }

    [Fact]
    public async Task The_publisher_is_named_where_the_files_are_missing()
    {
        var source = new BinarizedMnistSource();
        Assert.False(source.CanBeFetched);
        Write("", 1, 1, 1);
        File.Delete(_folder.File("binarized_mnist_valid.amat"));
        var e = await Assert.ThrowsAsync<FileNotFoundException>(() => source.FetchAsync(Location()));
        Assert.StartsWith(
            "binarized-mnist cannot be downloaded by itself: put the files of "
                + "http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist in one folder,",
            e.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_run_validates_on_the_images_of_the_dataset_and_has_a_likelihood()
    {
        Write("", 40, 10, 10);
        using var observer = new RecordingObserver();
        var config = TinyRun.Config with { Dataset = "binarized-mnist", Epochs = 1, BatchSize = 20, ImageEvery = 0 };
        var folder = TrainWorkflow.Start(config, _folder.File("runs"), overwrite: false, Location(), observer);
        Assert.Equal(["train", "validation", "test"], MetricsTable.Load(folder.Metrics).Rows.Select(r => r.Split));
        using var run = LoadedRun.Open(folder.Path, _folder.Path);
        var (evaluation, _) = EvaluateWorkflow.Run(run, new EvaluateOptions { ImportanceSamples = 2 });
        Assert.InRange(evaluation.Find("log-likelihood")!.Value, -1000, -1);
    }

    private DataLocation Location() => new([_folder.Path], _folder.Path, Offline: true);

    private static bool Bit(int image, int pixel) => (pixel + image) % 3 == 0;

    private void Write(string below, int train, int valid, int test)
    {
        foreach (var (name, count) in (ReadOnlySpan<(string, int)>)[("train", train), ("valid", valid), ("test", test)])
        {
            var lines = Enumerable
                .Range(0, count)
                .Select(i => string.Join(' ', Enumerable.Range(0, 784).Select(p => Bit(i, p) ? 1 : 0)) + " \n");
            _folder.Write(
                $"{below}binarized_mnist_{name}.amat",
                System.Text.Encoding.ASCII.GetBytes(string.Concat(lines))
            );
        }
    }
}
