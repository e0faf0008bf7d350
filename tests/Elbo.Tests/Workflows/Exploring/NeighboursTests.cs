using System.Globalization;
using Elbo.Figures;
using Elbo.Training.Runs;
using Elbo.Workflows.Exploring;

namespace Elbo.Tests.Workflows.Exploring;

[Collection(TinyRunTests.Name)]
public sealed class NeighboursTests(TinyRun tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Neighbours_are_those_of_a_search_through_all_images()
    {
        var run = tiny.Loaded;
        var summary = NeighboursWorkflow.Run(
            run,
            new NeighboursOptions
            {
                Index = [5, 0, 1999],
                Split = "test",
                Count = 7,
                Output = _folder.File("n"),
            }
        );
        var images = run.Data.Test;
        float[] codes = ModelInputs.Codes(run.Model, run.Config, images, images.Count);
        string[] lines = File.ReadAllLines(_folder.File("n/neighbours.csv"));
        Assert.Equal("query,query_file,rank,index,file,distance,label", lines[0]);
        Assert.Equal(1 + (3 * 7), lines.Length);
        int row = 1;
        foreach (int query in (int[])[5, 0, 1999])
        {
            var expected = Enumerable
                .Range(0, images.Count)
                .Where(i => i != query)
                .Select(i => (Index: i, Distance: Distance(codes, query, i)))
                .OrderBy(near => near.Distance)
                .ThenBy(near => near.Index)
                .Take(7);
            int rank = 1;
            foreach (var (index, distance) in expected)
                Assert.Equal(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{query},,{rank++},{index},,{(float)distance:R},{images.ClassName(index)}"
                    ),
                    lines[row++]
                );
        }
        Assert.Equal([5, 0, 1999], summary.Queries.Select(query => query.Index));
        Assert.Equal(summary.Queries.Average(query => query.Neighbours[0].Distance), summary.MeanNearestDistance);
    }

    [Fact]
    public void A_file_is_not_its_own_neighbour_but_its_copy_is()
    {
        var images = tiny.Loaded.Data.Test;
        for (int i = 0; i < 8; i++)
            Bitmap.FromImage(images.Image(i), images.Shape).SavePng(_folder.File($"p/{i}.png"));
        File.Copy(_folder.File("p/3.png"), _folder.File("p/copy.png"));
        var summary = NeighboursWorkflow.Run(
            tiny.Loaded,
            new NeighboursOptions
            {
                Images = _folder.File("p/3.png"),
                Among = _folder.File("p"),
                Count = 8,
                Output = _folder.File("n"),
            }
        );
        var query = Assert.Single(summary.Queries);
        Assert.Equal((8, 0.0), (query.Neighbours[0].Index, query.Neighbours[0].Distance));
        Assert.Equal([0, 1, 2, 4, 5, 6, 7, 8], query.Neighbours.Select(near => near.Index).Order());
    }

    [Fact]
    public void Queries_are_searched_in_the_training_images_by_default()
    {
        var images = tiny.Loaded.Data.Train;
        Bitmap.FromImage(images.Image(4321), images.Shape).SavePng(_folder.File("p/x.png"));
        var summary = NeighboursWorkflow.Run(
            tiny.Loaded,
            new NeighboursOptions { Images = _folder.File("p"), Output = _folder.File("n") }
        );
        Assert.Equal(12, summary.Queries[0].Neighbours.Count);
        Assert.Contains(new Neighbour(4321, 0), summary.Queries[0].Neighbours);
    }

    [Fact]
    public void What_is_missing_or_too_much_is_refused_before_anything_is_written()
    {
        Refused(
            "--images is missing; give the image or folder whose neighbours are searched, or --index with indices of the "
                + "images searched.",
            new NeighboursOptions()
        );
        Refused(
            "index is 2000; there are 2,000 test images, counted from 0.",
            new NeighboursOptions { Index = [2000], Split = "test" }
        );
        Refused(
            "count is 2,000; there are 1,999 other test images.",
            new NeighboursOptions
            {
                Index = [0],
                Split = "test",
                Count = 2000,
            }
        );
        Refused(
            "among and split were both given; among is your own images, and split (test) is part of the run's dataset. "
                + "Give one.",
            new NeighboursOptions
            {
                Index = [0],
                Split = "test",
                Among = _folder.Path,
            }
        );
    }

    private void Refused(string message, NeighboursOptions options)
    {
        options = options with { Output = _folder.File("n") };
        Assert.Equal(
            message,
            Assert.Throws<ArgumentException>(() => NeighboursWorkflow.Run(tiny.Loaded, options)).Message
        );
        Assert.False(Directory.Exists(_folder.File("n")));
    }

    private static double Distance(float[] codes, int a, int b)
    {
        double x = (double)codes[2 * a] - codes[2 * b],
            y = (double)codes[(2 * a) + 1] - codes[(2 * b) + 1];
        return Math.Sqrt((x * x) + (y * y));
    }
}
