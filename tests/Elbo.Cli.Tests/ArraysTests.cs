using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Elbo.Cli.Tests;

/// <summary>Array and table files, from training to the codes, and the folder of a dataset's files.</summary>
public sealed class ArraysTests : IDisposable
{
    private static readonly string[] Tiny = ["--hidden", "8", "--epochs", "1", "--threads", "1"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Images_alone_imply_arrays_and_the_run_goes_on_with_them()
    {
        WriteNpz("my/digits.npz");
        var result = Run(["train", "--images", "my/digits.npz", .. Tiny]).Succeeded();
        Assert.Equal("runs/vae-arrays-z2\n", result.Output);
        Assert.Contains("20 training images, 10 test images", result.Error);
        var config = JsonNode.Parse(File.ReadAllText(_folder.File("runs/vae-arrays-z2/config.json")))!;
        Assert.Equal(("arrays", "6x4"), ((string)config["dataset"]!, (string)config["image-size"]!));
        Assert.Equal(_folder.File("my/digits.npz"), (string)config["images"]!);
        Run(["resume", "runs/vae-arrays-z2", "--epochs", "2"]).Succeeded();
        Assert.StartsWith("z1,z2,category\n", File.ReadAllText(_folder.File("runs/vae-arrays-z2/latent/test.csv")));

        File.Delete(_folder.File("my/digits.npz"));
        Assert.Equal(
            $"elbo: there is no {_folder.File("my/digits.npz")}; --images names .npy, .npz, .csv, .parquet, IDX "
                + "(…-images-idx3-ubyte) or a CIFAR .bin file, gzip-compressed or not, or a folder of them.",
            Run(["embed", "runs/vae-arrays-z2"]).Complaint(2)
        );
    }

    [Fact]
    public void Codes_of_an_array_are_those_of_the_dataset_with_its_labels()
    {
        WriteNpz("digits.npz");
        Run(["train", "--images", "digits.npz", .. Tiny]).Succeeded();
        string run = "runs/vae-arrays-z2";
        Run(["embed", run, "--split", "all", "-o", "split.csv"]).Succeeded();
        var result = Run(["embed", run, "--images", "digits.npz", "-o", "images.csv"]).Succeeded();
        Assert.Equal(File.ReadAllText(_folder.File("split.csv")), File.ReadAllText(_folder.File("images.csv")));
        Assert.Equal(
            "elbo: digits.npz has 20 train, 10 test images; all are used, in this order.",
            result.ErrorLines[0]
        );
        foreach (string ending in (string[])["npy", "npz", "parquet", "xlsx"])
        {
            Assert.Equal($"c.{ending}\n", Run(["embed", run, "-o", $"c.{ending}"]).Succeeded().Output);
            Assert.True(new FileInfo(_folder.File($"c.{ending}")).Length > 100);
            Assert.Equal(
                $"elbo: c.{ending} exists; give another --output, or --overwrite to replace it.",
                Run(["embed", run, "-o", $"c.{ending}"]).Complaint(2)
            );
        }
    }

    [Fact]
    public void Another_size_is_scaled_to_that_of_the_model()
    {
        WriteNpz("digits.npz");
        Run(["train", "--images", "digits.npz", .. Tiny]).Succeeded();
        _folder.Write(
            "other.csv",
            Encoding.ASCII.GetBytes("7," + string.Join(',', Enumerable.Repeat(128, 100)) + "\n")
        );
        Run(["embed", "runs/vae-arrays-z2", "--images", "other.csv", "-o", "codes.csv"]).Succeeded();
        string[] lines = File.ReadAllLines(_folder.File("codes.csv"));
        Assert.Equal(2, lines.Length);
        Assert.EndsWith(",7", lines[1]);
    }

    [Fact]
    public void An_unknown_ending_is_refused_before_the_run_is_opened() =>
        Assert.Equal(
            "elbo: 'codes.txt' must end in .csv, .npy, .npz, .parquet, .xlsx; the ending chooses the format.",
            Run(["embed", "nowhere", "-o", "codes.txt"]).Complaint(2)
        );

    [Fact]
    public void A_recorded_folder_of_data_that_is_gone_is_an_error()
    {
        string[] names = ["train-images-idx3-ubyte", "t10k-images-idx3-ubyte"];
        foreach (string name in names)
        {
            _folder.Write($"data/{name}", [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 2, .. new byte[16]]);
            _folder.Write($"data/{name.Replace("images-idx3", "labels-idx1")}", [0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 2, 3]);
        }
        Run(["train", "--dataset", "mnist", "--data-dir", "data", .. Tiny]).Succeeded();
        Run(["embed", "runs/vae-mnist-z2"]).Succeeded();
        Directory.Move(_folder.File("data"), _folder.File("moved"));
        Assert.StartsWith(
            $"elbo: there is no folder {_folder.File("data")}, the data-dir of mnist with train-labels-idx1-ubyte, ",
            Run(["embed", "runs/vae-mnist-z2"]).Complaint(2)
        );
        Run(["embed", "runs/vae-mnist-z2", "--data-dir", "moved"]).Succeeded();
    }

    private CommandResult Run(string[] arguments) => CalledCommand.Run(_folder.Path, arguments);

    /// <summary>20 + 10 images of 4×6 pixels with labels 3 and 8, as <c>numpy.savez</c> has them.</summary>
    private void WriteNpz(string name)
    {
        string path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (split, count) in (ReadOnlySpan<(string, int)>)[("train", 20), ("test", 10)])
        {
            Add($"x_{split}.npy", $"({count}, 4, 6)", [.. Enumerable.Range(0, count * 24).Select(i => (byte)(i * 7))]);
            Add(
                $"y_{split}.npy",
                $"({count},)",
                [.. Enumerable.Range(0, count).Select(i => (byte)(i % 2 == 0 ? 3 : 8))]
            );
        }

        void Add(string entry, string shape, byte[] data)
        {
            string header = $"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n";
            using var content = archive.CreateEntry(entry).Open();
            content.Write([
                0x93,
                .. "NUMPY"u8,
                1,
                0,
                (byte)header.Length,
                0,
                .. Encoding.ASCII.GetBytes(header),
                .. data,
            ]);
        }
    }
}
