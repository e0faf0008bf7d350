using System.Security.Cryptography;
using Elbo.Data;
using Elbo.Data.Download;
using Elbo.Formats;
using Elbo.Tests.Data.Download;
using Elbo.Tests.Formats;
using Elbo.Tests.Workflows;
using Elbo.Training;
using Elbo.Workflows;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Data;

public sealed class FreySourceTests : IDisposable
{
    private const string FileName = "frey_rawface.mat";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [DataFact("frey")]
    public void The_real_faces_are_all_there_upright_and_scaled_each_by_itself()
    {
        var source = new FreySource();
        var splits = source.Load(new DataLocation([RealData.Root!], "", Offline: true));
        var (train, test) = splits;
        Assert.Equal((1572, 196, 197), (train.Count, splits.Validation!.Count, test.Count));
        Assert.Equal(
            (source.TrainCount, source.ValidationCount, source.TestCount),
            (train.Count, splits.Validation.Count, test.Count)
        );
        Assert.Equal(new ImageShape(1, 28, 20), train.Shape);
        Assert.Null(train.Labels);
        foreach (var images in (ImageDataset[])[train, splits.Validation, test])
            for (int i = 0; i < images.Count; i++)
                Assert.Equal((0, 255), (images.Image(i).ToArray().Min(), images.Image(i).ToArray().Max()));
        // A pixel is like the one below it; with another width it would be compared with one beside that.
        double Difference(int shift) =>
            Enumerable
                .Range(0, train.Count)
                .Average(i =>
                    Enumerable
                        .Range(0, 560 - shift)
                        .Average(p => (double)Math.Abs(train.Image(i)[p] - train.Image(i)[p + shift]))
                );
        double below = Difference(20);
        Assert.All((int[])[18, 19, 21, 22], width => Assert.True(below < Difference(width)));
    }

    [Fact]
    public void Faces_stay_in_order_and_are_split_eight_to_one_to_one()
    {
        Write(20, (face, pixel) => (byte)(100 + face + pixel % 2 * (face + 1)));
        var splits = new FreySource().Load(Location());
        Assert.Equal((16, 2, 2), (splits.Train.Count, splits.Validation!.Count, splits.Test.Count));
        Assert.All(
            (ImageDataset[])[splits.Train, splits.Validation, splits.Test],
            images => Assert.Equal([0, 255, 0], images.Image(0)[..3].ToArray())
        );
    }

    [Fact]
    public void A_face_runs_from_black_to_white_whatever_its_own_range()
    {
        Write(10, (face, pixel) => face == 9 ? (byte)7 : (byte)(face + pixel % 3 * 10));
        var splits = new FreySource().Load(Location());
        Assert.Equal([0, 128, 255, 0], splits.Train.Image(3)[..4].ToArray());
        Assert.Equal(new byte[560], splits.Test.Image(0).ToArray());
    }

    [Fact]
    public void Another_matrix_is_refused_with_what_is_needed()
    {
        string path = _folder.Write(
            $"frey/{FileName}",
            new MatBuilder().Array("ff", [28, 20], MatType.UInt8, new byte[560]).File
        );
        Assert.Equal(
            $"{path}: ff is 28×20; expected 560 pixels in each of 10 columns or more.",
            Assert.Throws<InvalidDataException>(() => new FreySource().Load(Location())).Message
        );
        double[] values = [.. Enumerable.Range(0, 5600).Select(i => i == 1200 ? double.NaN : i)];
        _folder.Write(
            $"frey/{FileName}",
            new MatBuilder().Array("ff", [560, 10], MatType.Double, [.. values.SelectMany(BitConverter.GetBytes)]).File
        );
        Assert.Equal(
            $"{path}: column 3 of ff has NaN; expected intensities.",
            Assert.Throws<InvalidDataException>(() => new FreySource().Load(Location())).Message
        );
    }

    [Fact]
    public void Without_the_file_and_without_network_it_says_where_it_looked()
    {
        string message = Assert.Throws<FileNotFoundException>(() => new FreySource().Load(Location())).Message;
        Assert.StartsWith(
            $"frey is not on this machine and downloading is off; looked in {_folder.File("frey")}. Put "
                + $"{FileName} there,",
            message
        );
        _folder.Write(FileName, []);
        Assert.Equal(_folder.Path, new FreySource().Find(Location()));
    }

    [Fact]
    public async Task What_is_missing_is_downloaded_and_kept_only_with_the_right_sum()
    {
        byte[] published = Mat(10, (face, pixel) => (byte)(pixel % 251));
        byte[] sent = published[..^1];
        using var server = new MirrorServer(request => MirrorReply.Good(request, sent));
        var source = new FreySource(
            new RemoteFile(
                FileName,
                [new Uri(server.Url, FileName)],
                published.Length,
                ContentDigest.Sha256(Convert.ToHexStringLower(SHA256.HashData(published)))
            )
            {
                Unpacked = false,
            }
        );
        var online = new DataLocation([_folder.Path], _folder.Path);
        await Assert.ThrowsAsync<DownloadException>(() => source.FetchAsync(online));
        Assert.Null(source.Find(online));
        sent = published;
        Assert.Equal(8, source.Load(online).Train.Count);
        Assert.Equal(published, File.ReadAllBytes(_folder.File($"frey/{FileName}")));
    }

    [Fact]
    public void A_run_validates_on_the_images_that_the_dataset_keeps_for_it()
    {
        Write(100, (face, pixel) => (byte)((face * 7 + pixel * 3) % 251));
        using var observer = new RecordingObserver();
        var config = TinyRun.Config with { Dataset = "frey", Epochs = 1, BatchSize = 20 };
        var run = TrainWorkflow.Start(config, _folder.File("runs"), overwrite: false, Location(), observer);
        Assert.Equal(
            (80, 10, 10),
            (observer.Start!.TrainImages, observer.Start.ValidationImages, observer.Start.TestImages)
        );
        Assert.Equal(["train", "validation", "test"], MetricsTable.Load(run.Metrics).Rows.Select(r => r.Split));
        Assert.Equal(10, RunRecord.Load(run)!.ValidationImages);
        Assert.Equal("z1,z2,category", File.ReadLines(run.Latent("test.csv")).First());
        Assert.All(File.ReadLines(run.Latent("test.csv")).Skip(1), line => Assert.EndsWith(",", line));
        Assert.True(File.Exists(run.Plot("latent.html")));

        using var loaded = LoadedRun.Open(run.Path, _folder.Path);
        Assert.Equal(
            (80, 10, 10, 100),
            (
                loaded.Split("train").Count,
                loaded.Split("validation").Count,
                loaded.Split("test").Count,
                loaded.Split("all").Count
            )
        );
        Assert.Equal(
            "there is no split 'dev'; there are train, validation, test and all.",
            Assert.Throws<ArgumentException>(() => loaded.Split("dev")).Message
        );
        Assert.Equal(
            "validation-fraction is 0.1; frey has 196 validation images of its own, so it must be 0.",
            Assert.Throws<ArgumentException>(() => (config with { ValidationFraction = 0.1f }).Validate()).Message
        );
    }

    private DataLocation Location() => new([_folder.Path], _folder.Path, Offline: true);

    private void Write(int count, Func<int, int, byte> intensity) =>
        _folder.Write($"frey/{FileName}", Mat(count, intensity));

    private static byte[] Mat(int count, Func<int, int, byte> intensity) =>
        new MatBuilder()
            .Array(
                "ff",
                [560, count],
                MatType.UInt8,
                [
                    .. Enumerable
                        .Range(0, count)
                        .SelectMany(face => Enumerable.Range(0, 560).Select(pixel => intensity(face, pixel))),
                ],
                compress: true
            )
            .File;
}
