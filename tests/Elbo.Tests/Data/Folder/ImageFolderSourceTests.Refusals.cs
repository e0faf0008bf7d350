using Elbo.Data;
using Elbo.Data.Arrays;
using Elbo.Data.Folder;
using Elbo.Imaging;

namespace Elbo.Tests.Data.Folder;

/// <summary>What is skipped, and what is refused.</summary>
public sealed partial class ImageFolderSourceTests
{
    [Fact]
    public void Files_that_cannot_be_read_are_skipped_and_named_with_the_reason()
    {
        WriteSome(3);
        _folder.Write("empty.png", []);
        _folder.Write("page.jpg", "<!DOCTYPE html><html>"u8.ToArray());
        byte[] cut = PngEncoder.Encode(2, 2, 1, [1, 2, 3, 4]);
        _folder.Write("cut.png", cut[..40]);
        var splits = Load();
        Assert.Equal(3, splits.Train.Count + splits.Test.Count);
        Assert.Equal(
            [
                new UnreadableFile(_folder.File("cut.png"), "the PNG data is incomplete: the file ends too soon."),
                new UnreadableFile(
                    _folder.File("empty.png"),
                    "found nothing to read (an empty file, a broken link, a pipe or a device); expected an image in the "
                        + "format PNG, JPEG, WebP, BMP, GIF or TIFF."
                ),
                new UnreadableFile(
                    _folder.File("page.jpg"),
                    "found '<!DOCTYPE html>'; expected an image in the format PNG, JPEG, WebP, BMP, GIF or TIFF."
                ),
            ],
            splits.Unreadable
        );
    }

    [Fact]
    public void Strict_makes_them_an_error_that_names_ten_and_counts_the_rest()
    {
        WriteSome(3);
        for (int i = 0; i < 12; i++)
            _folder.Write($"broken{i:D2}.png", []);
        string message = Assert.Throws<InvalidDataException>(() => Load(Options() with { Strict = true })).Message;
        Assert.StartsWith(
            $"12 of 15 files in {_folder.Path} cannot be read, and strict is on: broken00.png: found "
                + "nothing to read (an empty file, ",
            message
        );
        Assert.Contains("broken09.png", message);
        Assert.DoesNotContain("broken10.png", message);
        Assert.EndsWith("; and 2 more.", message);
        Assert.DoesNotContain('\n', message);
        foreach (string file in Directory.GetFiles(_folder.Path, "broken*"))
            File.Delete(file);
        Assert.Equal(2, Load(Options() with { Strict = true }).Train.Count);
    }

    [Fact]
    public void Folders_without_images_are_refused_with_what_is_there()
    {
        AssertRefused<DirectoryNotFoundException>(
            $"there is no folder {_folder.File("none")}; ",
            Options() with
            {
                Images = _folder.File("none"),
            }
        );
        AssertRefused<DirectoryNotFoundException>(
            $"{_folder.Write("file", [1])} is a file; ",
            Options() with
            {
                Images = _folder.File("file"),
            }
        );
        AssertRefused<InvalidDataException>(
            $"{_folder.Path} has no files that end in .png, .jpg, .jpeg, .jfif, .jpe, .webp, .bmp, .gif, .tif, .tiff, "
                + "nor have the folders in it (1 file ends otherwise).",
            Options()
        );
        _folder.Write("a.png", [1]);
        AssertRefused<InvalidDataException>(
            $"{_folder.Path} has 0 images that can be read; at least two are needed, one to train and one to "
                + "test. Not read: a.png: found 01; ",
            Options()
        );
        WriteGrey("b.png", 1);
        AssertRefused<InvalidDataException>(
            $"{_folder.Path} has 1 image that can be read; at least two are needed",
            Options()
        );
    }

    [Fact]
    public void More_classes_than_a_byte_can_tell_apart_are_refused()
    {
        for (int i = 0; i < 257; i++)
            WriteGrey($"{i:D3}/x.png", 1);
        AssertRefused<InvalidDataException>(
            $"{_folder.Path} has 257 folders of images, one for each class; there can be 256 at most.",
            Options()
        );
        Directory.Delete(_folder.File("000"), recursive: true);
        Assert.Equal(256, Load().Train.ClassNames.Count);
    }

    [Fact]
    public void Images_that_no_memory_holds_are_refused_before_they_are_read()
    {
        for (int i = 0; i < 50; i++)
            WriteGrey($"{i:D3}.png", 1);
        AssertRefused<InvalidDataException>(
            $"{_folder.Path}: 50 images of 4096×4096 take 2.5 GB; at most 2.1 can be held.",
            Options() with
            {
                ImageSize = new ImageSize(4096, 4096),
                Colour = ImageColour.Rgb,
            }
        );
    }

    [Fact]
    public void Options_are_checked_before_the_disk_is_touched()
    {
        AssertRefused<ArgumentException>(
            "the dataset image-folder is a folder of your own images; give it with --images.",
            new DatasetOptions()
        );
        foreach (float fraction in new[] { 0, 1, -0.5f, float.NaN })
            AssertRefused<ArgumentException>(
                $"test-fraction is {fraction}; it must be above 0 and below 1.",
                Options() with
                {
                    TestFraction = fraction,
                }
            );
    }

    [Fact]
    public void No_other_dataset_takes_its_options()
    {
        DatasetOptions[] all =
        [
            new() { Images = "x" },
            new() { ImageSize = new ImageSize(2, 2) },
            new() { Colour = ImageColour.Grey },
            new() { Background = BackgroundColour.White },
            new() { White16 = 1023 },
            new() { Strict = false },
            new() { TestFraction = 0.1f },
            new() { Layout = ArrayLayout.Nchw },
        ];
        string[] names =
        [
            "images",
            "image-size",
            "colour",
            "background",
            "white-16",
            "strict",
            "test-fraction",
            "layout",
        ];
        foreach (var source in DatasetCatalog.All.Where(s => s is not (ImageFolderSource or ArraysSource)))
        {
            source.Validate(new DatasetOptions());
            for (int i = 0; i < all.Length; i++)
                Assert.Equal(
                    $"{names[i]} is given with the dataset {source.Name}; only "
                        + (names[i] == "layout" ? "arrays takes it." : "image-folder and arrays take it."),
                    Assert.Throws<ArgumentException>(() => source.Validate(all[i])).Message
                );
        }
        AssertRefused<ArgumentException>(
            "layout is given with the dataset image-folder; only arrays takes it.",
            Options() with
            {
                Layout = ArrayLayout.Nhwc,
            }
        );
    }
}
