using Elbo.Formats;
using Elbo.Projection;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Plots;

namespace Elbo.Tests.Workflows.Plots;

/// <summary>The codes through the epochs, of a run and of tables made for the purpose.</summary>
[Collection(TinyRunTests.Name)]
public class LatentFilmTests(TinyRun run)
{
    private const int PlentyOfBytes = 1_000_000;

    [Fact]
    public void The_table_of_the_last_epoch_is_that_of_the_finished_run()
    {
        Assert.Equal(
            File.ReadAllBytes(run.Folder.Latent("test.csv")),
            File.ReadAllBytes(run.Folder.Latent("epoch-002.csv"))
        );
        Assert.NotEqual(
            File.ReadAllBytes(run.Folder.Latent("epoch-001.csv")),
            File.ReadAllBytes(run.Folder.Latent("epoch-002.csv"))
        );
    }

    [Fact]
    public void The_page_has_the_codes_of_every_epoch_and_the_images()
    {
        var film = LatentFilm.Load(run.Folder, "digits", [], PlentyOfBytes)!;
        Assert.Equal(["epoch 1", "epoch 2"], film.Frames.Select(frame => frame.Name));
        for (int epoch = 1; epoch <= 2; epoch++)
            Bits.AssertEqual(
                LatentCsv.Load(run.Folder.Latent($"epoch-00{epoch}.csv")).Codes,
                film.Frames[epoch - 1].Coordinates.Span
            );
        Assert.Equal(
            "Codes of 2,000 test images after epochs 1 to 2. The axes are the same for all epochs.",
            film.Caption
        );
        string page = File.ReadAllText(run.Folder.Plot("latent-epochs.html"));
        Assert.Contains("\"legendTitle\":\"digit\"", page);
        Assert.Contains("data:image/png;base64,", page);
        Assert.DoesNotContain("http", page);
    }

    [Fact]
    public void Large_codes_are_projected_to_the_plane_of_the_last_epoch()
    {
        using var folder = new TemporaryFolder();
        var made = Make(folder, epochs: 3, rows: 40, dimensions: 5);
        var film = LatentFilm.Load(made, "made", ["1", "0", "2"], PlentyOfBytes)!;
        float[] last = Codes(3, 40, 5);
        var pca = Pca.Fit(last, 5, 2);
        for (int epoch = 1; epoch <= 3; epoch++)
            Assert.Equal(pca.Project(Codes(epoch, 40, 5)), film.Frames[epoch - 1].Coordinates.ToArray());
        Assert.Equal(PlaneProjection.Create(ProjectionMethod.Pca, last, 5).AxisLabels, film.AxisLabels);
        Assert.EndsWith("The plane of epoch 3 is used for all epochs.", film.Caption);
        // The order of the given names decides on colours.
        Assert.Equal(["1", "0", "2"], film.ClassNames);
        Assert.Equal([1, 0, 2], film.Classes.Take(3));
    }

    [Fact]
    public void Three_dimensions_stay_and_missing_labels_leave_one_colour()
    {
        using var folder = new TemporaryFolder();
        var film = LatentFilm.Load(Make(folder, 2, 10, 3, labels: false), "made", [], PlentyOfBytes)!;
        Assert.Equal((3, 0, 0), (film.Dimensions, film.Classes.Count, film.ClassNames.Count));
        Assert.Null(film.AxisLabels);
        film.Validate();
    }

    [Fact]
    public void Few_bytes_leave_fewer_points_spread_over_all_and_then_fewer_epochs()
    {
        using var folder = new TemporaryFolder();
        var made = Make(folder, epochs: 6, rows: 2_500, dimensions: 2);
        var film = LatentFilm.Load(made, "made", [], 4 * 6 * 1_200)!;
        Assert.Equal((1_200, 6), (film.Count, film.Frames.Count));
        Assert.Equal((0, 2_499), (film.Indices[0], film.Indices[^1]));
        float[] codes = Codes(2, 2_500, 2);
        Assert.Equal(
            film.Indices.SelectMany(i => (float[])[codes[2 * i], codes[(2 * i) + 1]]),
            film.Frames[1].Coordinates.ToArray()
        );
        film = LatentFilm.Load(made, "made", [], 4 * 3 * 1_000)!;
        Assert.Equal((1_000, 3), (film.Count, film.Frames.Count));
        Assert.StartsWith("Codes of 1,000 of the first 2,500 test images after epochs 1 to 6.", film.Caption);
        Assert.EndsWith("3 of 6 epochs are shown.", film.Caption);
        Assert.Equal(2_000, LatentFilm.Load(made, "made", [], PlentyOfBytes)!.Count);
    }

    [Fact]
    public void Damaged_foreign_and_missing_tables_are_left_out()
    {
        using var folder = new TemporaryFolder();
        var made = Make(folder, epochs: 6, rows: 10, dimensions: 2);
        File.Delete(LatentFilm.Table(made, 1));
        File.WriteAllText(LatentFilm.Table(made, 3), "junk");
        Save(made, 4, Codes(4, 9, 2), 2, labels: true);
        File.WriteAllText(LatentFilm.Table(made, 6), "z1,z2,category\n0,NaN,1\n1,1,1\n");
        File.WriteAllText(made.Latent("epoch-last.csv"), "");
        Assert.Equal(["epoch 2", "epoch 5"], Names());
        File.Delete(LatentFilm.Table(made, 2));
        Assert.Empty(Names());
        LatentFilm.SavePage(made, run.Loaded.Data.Test);
        Assert.False(File.Exists(made.Plot(LatentFilm.PageName)));
        Directory.Delete(made.Latent(""), recursive: true);
        Assert.Empty(Names());

        IEnumerable<string> Names() =>
            LatentFilm.Load(made, "made", [], PlentyOfBytes)?.Frames.Select(frame => frame.Name) ?? [];
    }

    [Theory]
    [InlineData(5_000, 2, 5_000)]
    [InlineData(5_000, 20, 5_000)]
    [InlineData(5_000, 256, 390)]
    [InlineData(30, 256, 30)]
    public void Tables_of_large_codes_have_fewer_rows(int count, int dimensions, int kept) =>
        Assert.Equal(kept, LatentFilm.Kept(count, dimensions));

    private static RunFolder Make(TemporaryFolder folder, int epochs, int rows, int dimensions, bool labels = true)
    {
        var made = RunFolder.Create(folder.Path, "made", overwrite: false);
        for (int epoch = 1; epoch <= epochs; epoch++)
            Save(made, epoch, Codes(epoch, rows, dimensions), dimensions, labels);
        return made;
    }

    private static void Save(RunFolder made, int epoch, float[] codes, int dimensions, bool labels) =>
        LatentCsv.Save<int>(
            LatentFilm.Table(made, epoch),
            codes,
            dimensions,
            labels ? [.. Enumerable.Range(0, codes.Length / dimensions).Select(i => i % 3)] : []
        );

    private static float[] Codes(int epoch, int rows, int dimensions) =>
        [.. Enumerable.Range(0, rows * dimensions).Select(i => MathF.Sin(epoch + (i * 1.7f)) * (1 + (i % dimensions)))];
}
