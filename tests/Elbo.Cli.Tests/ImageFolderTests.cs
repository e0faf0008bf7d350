using System.Text.Json;
using Elbo.Imaging;

namespace Elbo.Cli.Tests;

/// <summary>A folder of a user's own images, from training to every command that uses the run.</summary>
public sealed class ImageFolderTests : IDisposable
{
    private static readonly string[] Tiny =
    [
        "--dataset",
        "image-folder",
        "--images",
        "pictures",
        "--decoder",
        "gaussian",
        "--hidden",
        "8",
        "-e",
        "1",
    ];

    private readonly TemporaryFolder _folder = new();

    public ImageFolderTests()
    {
        for (int i = 0; i < 36; i++)
            WritePicture(i);
        _folder.Write("pictures/round/readme.txt", "not an image"u8);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_that_cannot_be_read_are_named_and_the_others_trained_on()
    {
        string[] broken = Break();
        var result = Run(["train", .. Tiny, "--image-size", "8x6", "--test-fraction", "0.25"]).Succeeded();
        Assert.Equal("runs/vae-image-folder-z2\n", result.Output);
        string pictures = _folder.File("pictures");
        Assert.Equal(
            [
                $"reading {pictures}",
                "elbo: pictures: 36 images in 2 classes (round 18, square 18), all 10×8; left out 1 .txt.",
                "elbo: skipped 3 files that cannot be read; listed in runs/vae-image-folder-z2/unreadable.txt:",
                .. broken.Select(line => "elbo: " + line.Replace("\t", ": ", StringComparison.Ordinal)),
            ],
            result.ErrorLines[..6]
        );
        string start = result.ErrorLines[^2]; // before one epoch
        Assert.StartsWith("vae on image-folder: ", start);
        Assert.Contains("27 training images, 9 test images", start);
        Assert.Equal(broken, File.ReadAllLines(_folder.File("runs/vae-image-folder-z2/unreadable.txt")));
    }

    [Fact]
    public void Strict_makes_them_an_error_before_anything_is_written()
    {
        string[] broken = Break();
        var result = Run(["train", .. Tiny, "--image-size", "8", "--strict"]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(
            $"elbo: 3 of 39 files in {_folder.File("pictures")} cannot be read, and strict is on: ",
            result.ErrorLines[^1]
        );
        Assert.All(
            broken,
            line => Assert.Contains(Path.GetFileName(line.Split('\t')[0]) + ": ", result.ErrorLines[^1])
        );
        Assert.Equal(2, result.ErrorLines.Length);
        Assert.False(Directory.Exists(_folder.File("runs")));
    }

    [Fact]
    public void Commands_that_use_the_run_read_the_same_folder_the_same_way()
    {
        Run(["train", .. Tiny, "--image-size", "8x6", "--colour", "rgb", "--test-fraction", "0.25", "--strict"])
            .Succeeded();
        using var json = JsonDocument.Parse(File.ReadAllText(_folder.File("runs/vae-image-folder-z2/config.json")));
        Assert.Equal(
            (_folder.File("pictures"), "8x6", "rgb", true, 0.25),
            (
                Text("images"),
                Text("image-size"),
                Text("colour"),
                json.RootElement.GetProperty("strict").GetBoolean(),
                Math.Round(json.RootElement.GetProperty("test-fraction").GetDouble(), 6)
            )
        );

        Directory.CreateDirectory(_folder.File("elsewhere"));
        string run = _folder.File("runs/vae-image-folder-z2");
        Assert.Equal(
            "elbo: pictures: 36 images in 2 classes (round 18, square 18), all 10×8; left out 1 .txt.\n"
                + "9 codes of 2 dimensions\n",
            In("elsewhere", "embed", run, "-o", "codes.csv").Error
        );
        Assert.Equal(
            File.ReadAllText(Path.Combine(run, "latent/test.csv")),
            File.ReadAllText(_folder.File("elsewhere/codes.csv"))
        );
        Assert.All(
            File.ReadAllLines(_folder.File("elsewhere/codes.csv")).Skip(1),
            line =>
            {
                string[] cells = line.Split(',');
                Assert.Equal(_folder.File($"pictures/{cells[3]}"), Path.GetDirectoryName(cells[0]));
            }
        );
        In("elsewhere", "reconstruct", run, "-o", "reconstruct.svg");
        In("elsewhere", "denoise", run, "-o", "denoise.pdf");
        In("elsewhere", "plot", run, "-o", "plot.png");
        In("elsewhere", "generate", run, "--rows", "2", "--columns", "2", "-o", "generated.png", "--separate");
        var image = ImageDecoder.Read(_folder.File("elsewhere/generated/00000.png"));
        Assert.Equal((8, 6, 3), (image.Width, image.Height, image.Channels));
        Assert.StartsWith("epoch 2/2 ", In("elsewhere", "resume", run, "--epochs", "2").ErrorLines[^1]);

        string Text(string name) => json.RootElement.GetProperty(name).GetString()!;
    }

    [Fact]
    public void Size_and_colour_are_spelled_out_so_that_a_file_added_later_changes_neither()
    {
        Run(["train", .. Tiny, "--image-size", "7"]).Succeeded();
        Assert.Contains("\"colour\": \"grey\"", File.ReadAllText(_folder.File("runs/vae-image-folder-z2/config.json")));
        File.WriteAllBytes(_folder.File("pictures/round/coloured.png"), PngEncoder.Encode(3, 2, 3, new byte[18]));
        Run(["embed", "runs/vae-image-folder-z2"]).Succeeded();
    }

    [Fact]
    public void A_resumed_run_says_that_the_images_have_changed()
    {
        Run(["train", .. Tiny, "--image-size", "8", "--image-every", "0"]).Succeeded();
        Assert.DoesNotContain(
            "have changed",
            Run(["resume", "runs/vae-image-folder-z2", "--epochs", "2"]).Succeeded().Error
        );
        for (int i = 0; i < 30; i++)
            File.WriteAllBytes(_folder.File($"pictures/round/more{i}.png"), PngEncoder.Encode(10, 8, 1, new byte[80]));
        Assert.Matches(
            "elbo: the images have changed since the run was last trained, from [0-9]+, 0 and [0-9]+ to [0-9]+, "
                + "0 and [0-9]+ \\(training, validation, test\\);",
            Run(["resume", "runs/vae-image-folder-z2", "--epochs", "3"]).Succeeded().Error
        );
    }

    [Fact]
    public void Every_command_works_with_a_test_folder_that_has_no_classes()
    {
        Split();
        Run(["train", .. Tiny, "--image-size", "8"]).Succeeded();
        string config = File.ReadAllText(_folder.File("runs/vae-image-folder-z2/config.json"));
        Assert.DoesNotContain("test-fraction", config);
        const string Summary =
            "elbo: pictures: train 14 images in 2 classes (round 7, square 7), valid 4 images in 2 classes (round 2, "
            + "square 2), test 18 images without classes, all 10×8; left out 1 .txt.";
        foreach (
            string[] command in (string[][])
                [
                    ["plot", "runs/vae-image-folder-z2"],
                    ["reconstruct", "runs/vae-image-folder-z2"],
                    ["select", "runs/vae-image-folder-z2", "-n", "3"],
                    ["embed", "runs/vae-image-folder-z2", "--split", "train", "-o", "train.csv"],
                    ["embed", "runs/vae-image-folder-z2", "--split", "validation", "-o", "validation.csv"],
                    ["embed", "runs/vae-image-folder-z2", "--split", "all", "-o", "all.csv"],
                    ["resume", "runs/vae-image-folder-z2", "--epochs", "2"],
                ]
        )
            Assert.Contains(Summary, Run(command).Succeeded().ErrorLines);
        Run(["report", "runs/vae-image-folder-z2"]).Succeeded();
        Assert.Equal(["", .. Enumerable.Repeat("", 17)], Categories("runs/vae-image-folder-z2/latent/test.csv"));
        Assert.Equal((7, 7), Count(Categories("train.csv")));
        Assert.Equal((2, 2), Count(Categories("validation.csv")));
        Assert.Equal((0, 0), Count(Categories("all.csv")));
        Assert.Equal(36, Categories("all.csv").Length);
        Assert.Equal(
            "elbo: the test images of runs/vae-image-folder-z2 have no labels; a comparison classifies by them.",
            Run(["select", "runs/vae-image-folder-z2", "--compare"]).ErrorLines[^1]
        );

        string[] Categories(string table) =>
            [.. File.ReadLines(_folder.File(table)).Skip(1).Select(line => line.Split(',')[^1])];

        static (int, int) Count(string[] categories) =>
            (categories.Count(name => name == "round"), categories.Count(name => name == "square"));
    }

    [Theory]
    [InlineData("test", "pictures has test images of its own, in test. Remove the option.")]
    [InlineData("validation", "pictures has 4 validation images of its own, so it must be 0.")]
    public void A_fraction_is_refused_where_there_is_a_folder_for_the_split(string split, string reason)
    {
        Split();
        var result = Run(["train", .. Tiny, "--image-size", "8", $"--{split}-fraction", "0.25"]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"elbo: {split}-fraction is 0.25; ", result.ErrorLines[^1]);
        Assert.EndsWith(reason, result.ErrorLines[^1]);
        Assert.False(Directory.Exists(_folder.File("runs")));
    }

    [Fact]
    public void Decoded_images_are_kept_unless_told_not_to_and_give_the_same_run()
    {
        for (int i = 36; i < 210; i++)
            WritePicture(i);
        foreach (string file in Directory.EnumerateFiles(_folder.File("pictures"), "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 2, 0, 0, 0, DateTimeKind.Utc));
        string cache = _folder.File("cache/elbo/image-folders");
        Train("none", "0");
        Assert.False(Directory.Exists(cache));
        Train("first", "");
        var kept = new FileInfo(Assert.Single(Directory.GetFiles(cache)));
        Train("second", "");
        Assert.Equal(kept.Length, new FileInfo(Assert.Single(Directory.GetFiles(cache))).Length);
        foreach (string name in (string[])["first", "second"])
            Assert.Equal(
                File.ReadAllBytes(_folder.File("runs/none/model.safetensors")),
                File.ReadAllBytes(_folder.File($"runs/{name}/model.safetensors"))
            );

        void Train(string name, string value) =>
            RunningCommand
                .Run(
                    _folder.Path,
                    new Dictionary<string, string>
                    {
                        ["XDG_CACHE_HOME"] = _folder.File("cache"),
                        ["ELBO_CACHE"] = value,
                    },
                    ["train", .. Tiny, "--image-size", "8", "--image-every", "0", "--name", name]
                )
                .Succeeded();
    }

    [Fact]
    public void Another_dataset_replaces_the_folder_of_a_config_file()
    {
        Run(["train", .. Tiny, "--image-size", "8"]).Succeeded();
        Run([
                "train",
                "--config",
                "runs/vae-image-folder-z2/config.json",
                "--dataset",
                "digits",
                "--image-every",
                "0",
                "--name",
                "digits",
            ])
            .Succeeded();
        Assert.DoesNotContain("images", File.ReadAllText(_folder.File("runs/digits/config.json")));
    }

    [Fact]
    public void A_folder_trains_with_the_options_of_the_recipe_photos_where_none_are_given()
    {
        _folder.Write("pictures/round/large.png", PngEncoder.Encode(90, 99, 1, new byte[8910]));
        var result = Run([
            "train",
            "--dataset",
            "image-folder",
            "--images",
            "pictures",
            "--channels",
            "2,2,2,2",
            "--test-fraction",
            "0.2",
            "-e",
            "1",
            "--image-every",
            "0",
        ]);
        Assert.Equal("runs/cnn-vae-image-folder-z64\n", result.Succeeded().Output);
        Assert.Contains(
            "elbo: each image is scaled to cover 64×64 and cropped at the centre; --image-size sets another size.",
            result.ErrorLines
        );
        string config = File.ReadAllText(_folder.File("runs/cnn-vae-image-folder-z64/config.json"));
        foreach (
            string line in (string[])
                [
                    "\"latent-dim\": 64",
                    "\"decoder\": \"gaussian\"",
                    "\"variance\": \"learned\"",
                    "\"image-size\": \"64\"",
                ]
        )
            Assert.Contains(line, config);
        var named = Run([
            "train",
            "--recipe",
            "photos",
            "--images",
            "pictures",
            "--channels",
            "2,2,2,2",
            "--test-fraction",
            "0.2",
            "-e",
            "1",
            "--image-every",
            "0",
            "--name",
            "named",
        ]);
        Assert.Equal("runs/named\n", named.Succeeded().Output);
        Assert.Equal(
            config.ReplaceLineEndings("").Replace("  \"name\": \"named\"", "", StringComparison.Ordinal),
            File.ReadAllText(_folder.File("runs/named/config.json"))
                .ReplaceLineEndings("")
                .Replace(",  \"name\": \"named\"", "", StringComparison.Ordinal)
        );
        Run(["reconstruct", "runs/named", "--rows", "1", "--columns", "2"]).Succeeded();
    }

    [Fact]
    public void Help_says_what_the_defaults_of_a_folder_are() =>
        Assert.Contains(
            "The defaults of image-folder are those of the recipe photos: model cnn-vae, base-channels 32, latent-dim 64,",
            Run(["train", "--help"])
                .Succeeded()
                .Output.ReplaceLineEndings(" ")
                .Replace("   ", " ", StringComparison.Ordinal)
        );

    private CommandResult Run(string[] arguments) =>
        CalledCommand.Run(_folder.Path, [.. arguments, .. arguments[0] == "train" ? (string[])["--threads", "1"] : []]);

    private CommandResult In(string folder, params string[] arguments) =>
        CalledCommand.Run(_folder.File(folder), arguments).Succeeded();

    /// <summary>A bright disc or square on black, 10×8.</summary>
    private void WritePicture(int i)
    {
        byte[] pixels = new byte[80];
        for (int p = 0; p < pixels.Length; p++)
        {
            int x = Math.Abs((p % 10) - 5),
                y = Math.Abs((p / 10) - 4);
            if (i % 2 == 0 ? (x * x) + (y * y) < 10 : Math.Max(x, y) < 3)
                pixels[p] = (byte)(100 + i);
        }
        _folder.Write($"pictures/{(i % 2 == 0 ? "round" : "square")}/{i:D2}.png", PngEncoder.Encode(10, 8, 1, pixels));
    }

    /// <summary>
    /// Moves the pictures to folders for training and validation, with classes, and for testing, without.
    /// </summary>
    private void Split()
    {
        string[] files = [.. Directory.GetFiles(_folder.File("pictures"), "*.png", SearchOption.AllDirectories)];
        foreach (string file in files)
        {
            int i = int.Parse(Path.GetFileNameWithoutExtension(file));
            string name = Path.GetFileName(Path.GetDirectoryName(file)!);
            string folder =
                i < 14 ? $"pictures/train/{name}"
                : i < 18 ? $"pictures/valid/{name}"
                : "pictures/test";
            Directory.CreateDirectory(_folder.File(folder));
            File.Move(file, Path.Combine(_folder.File(folder), Path.GetFileName(file)));
        }
    }

    /// <summary>Three files that cannot be read, and the lines that say so.</summary>
    private string[] Break()
    {
        byte[] sound = PngEncoder.Encode(10, 8, 1, new byte[80]);
        byte[] damaged = [.. sound];
        int sum = sound.Length - 16; // of the data; the last chunk takes the 12 bytes behind
        damaged[sum + 3] ^= 1;
        _folder.Write("pictures/round/cut.png", sound.AsSpan(0, 50));
        _folder.Write("pictures/round/damaged.png", damaged);
        _folder.Write("pictures/square/page.jpg", "<html>not found</html>"u8);
        return
        [
            $"{_folder.File("pictures/round/cut.png")}\tthe PNG data is incomplete: the file ends too soon.",
            $"{_folder.File("pictures/round/damaged.png")}\tthe PNG data is damaged (ErrorInInput).",
            $"{_folder.File("pictures/square/page.jpg")}\tfound '<html>not found'; expected an image in the format "
                + "PNG, JPEG, WebP, BMP, GIF or TIFF.",
        ];
    }
}
