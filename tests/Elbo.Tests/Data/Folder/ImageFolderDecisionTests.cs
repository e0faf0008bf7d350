using Elbo.Data;
using Elbo.Data.Folder;
using Elbo.Imaging;
using Elbo.Tests.Imaging;

namespace Elbo.Tests.Data.Folder;

/// <summary>What is decided for a whole folder: background, the white of 16 bits, and what is said of flaws.</summary>
public sealed class ImageFolderDecisionTests : IDisposable
{
    private static readonly DataLocation Nowhere = new([], Path.GetTempPath(), Offline: true);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(20, "white", 255, "dark")]
    [InlineData(230, "black", 0, "light")]
    public void Transparent_images_lie_on_what_their_visible_pixels_stand_out_from(
        byte value,
        string colour,
        byte background,
        string because
    )
    {
        Write("a.png", Transparent(value));
        Write("b.png", Transparent(value));
        var data = Load(new());
        Assert.Equal([value, background], Pixels(data));
        Assert.Equal(
            [
                $"2 images are transparent; the background is {colour}, because the visible pixels are {because} on "
                    + "average. --background sets another.",
            ],
            Decisions(data)
        );
        Assert.Equal(colour, data.Background.ToString());
    }

    [Fact]
    public void The_background_is_one_for_the_folder_whatever_the_threads_and_opaque_images_have_no_part_in_it()
    {
        Write("dark.png", Transparent(10));
        Write("dark too.png", Transparent(60));
        Write("light.png", Transparent(250));
        for (int i = 0; i < 20; i++)
            Write($"{i}.png", PngEncoder.Encode(2, 1, 1, [255, 255]));
        var one = Load(new(), threads: 1);
        Assert.Equal(BackgroundColour.White, one.Background);
        var many = Load(new(), threads: 7);
        Assert.Equal(one.Train.Pixels.ToArray(), many.Train.Pixels.ToArray());
        Assert.Equal(one.Remarks, many.Remarks);
    }

    [Fact]
    public void A_background_that_is_asked_for_is_taken_and_may_be_coloured()
    {
        Write("a.png", Transparent(20));
        Write("b.png", Transparent(20));
        var data = Load(new() { Background = new BackgroundColour(0x40, 0xE0, 0xD0) });
        Assert.Equal([20, 0x40, 20, 0xE0, 20, 0xD0], Pixels(data)); // (C, H, W)
        Assert.Equal(["2 images are transparent; the background is #40e0d0."], Decisions(data));
    }

    [Fact]
    public void Opaque_images_have_no_background()
    {
        Write("a.png", PngEncoder.Encode(2, 1, 1, [1, 2]));
        Write("b.png", PngEncoder.Encode(2, 1, 1, [1, 2]));
        var data = Load(new());
        Assert.Null(data.Background);
        Assert.Empty(Decisions(data));
    }

    [Theory]
    [InlineData(1000, 1023)]
    [InlineData(4095, 4095)]
    [InlineData(16000, 16383)]
    [InlineData(16500, 65535)]
    public void The_range_that_16_bit_images_use_is_one_for_the_folder(int highest, int white)
    {
        foreach (int colour in (int[])[PngBytes.Grey, PngBytes.Rgb])
        {
            Write("a.png", PngBytes.File(2, 1, colour, 16, false, (x, _, _) => x == 0 ? highest : 500));
            Write("b.png", PngBytes.File(2, 1, colour, 16, false, (x, _, _) => x == 0 ? 500 : 100));
            var data = Load(new());
            byte Scaled(int value) => (byte)Math.Round(255.0 * value / white);
            byte[][] expected =
            [
                [Scaled(highest), Scaled(500)],
                [Scaled(500), Scaled(100)],
            ];
            foreach (var images in new[] { data.Train, data.Test })
            {
                byte[] pixels = images.Pixels.ToArray()[..2];
                Assert.Contains(expected, pair => pair.Zip(pixels).All(p => Math.Abs(p.First - p.Second) <= 1));
            }
            Assert.Equal(white, data.White16);
            if (white == 65535)
                Assert.Empty(Decisions(data));
            else
                Assert.StartsWith("2 images are of 16 bits with values up to ", Decisions(data).Single());
        }
    }

    [Fact]
    public void With_the_white_level_of_training_a_file_has_the_same_pixels_wherever_it_lies()
    {
        Write("a.png", PngBytes.File(2, 1, PngBytes.Grey, 16, false, (x, _, _) => x == 0 ? 4000 : 500));
        Write("b.png", PngBytes.File(2, 1, PngBytes.Grey, 16, false, (_, _, _) => 200));
        var data = Load(new());
        Assert.Equal(4095, data.White16);
        using var elsewhere = new TemporaryFolder();
        string alone = elsewhere.Write("alone.png", File.ReadAllBytes(_folder.File("b.png")));
        Assert.Equal([12, 12], ByPath(new() { White16 = data.White16 })); // 255 · 200/4095 = 12.45
        Assert.Equal([200, 200], ByPath(null)); // 200 of 255, as all of its samples have 8 bits
        foreach (var images in new[] { data.Train, data.Test })
            if (images.FileNames![0] == "b.png")
                Assert.Equal([12, 12], images.Pixels.ToArray());

        byte[] ByPath(DatasetOptions? options) =>
            ImagesByPath.Load(alone, new ImageShape(1, 1, 2), options).Images.Pixels.ToArray();
    }

    [Fact]
    public void A_file_with_a_flaw_is_used_and_counted_and_one_cut_short_is_not()
    {
        byte[] sound = JpegBytes.Rgb;
        Write("a.jpg", sound);
        Write("b.jfif", [.. sound[..20], 1, 2, 3, .. sound[20..]]);
        Write("c.jpe", sound[..^30]);
        var data = Load(new());
        Assert.Equal(2, data.Train.Count + data.Test.Count);
        Assert.Equal(
            [
                "1 image is decoded completely despite flaws; the first is b.jfif: it has 3 extraneous bytes between "
                    + "its segments.",
            ],
            Decisions(data)
        );
        Assert.Equal(
            new UnreadableFile(_folder.File("c.jpe"), "the JPEG data is incomplete: the file ends too soon."),
            data.Unreadable.Single()
        );
    }

    [Fact]
    public void Sizes_are_compared_when_images_are_upright()
    {
        for (int i = 1; i <= 8; i++)
            Write(
                $"{i}.tif",
                ImageFiles.Tiff(ImageFiles.Store(ImageFiles.Picture, i), BitMiracle.LibTiff.Classic.Compression.LZW, i)
            );
        var data = Load(new());
        Assert.Equal(new ImageShape(3, 16, 24), data.Train.Shape);
        byte[] first = data.Test.Image(0).ToArray();
        for (int i = 0; i < data.Train.Count; i++)
            Assert.Equal(first, data.Train.Image(i).ToArray());
    }

    /// <summary>The remarks after the summary of the folder.</summary>
    private static IEnumerable<string> Decisions(DatasetSplits data) => data.Remarks.Skip(1);

    private static byte[] Pixels(DatasetSplits data) => data.Test.Pixels.ToArray();

    /// <summary>An opaque pixel of this grey and a transparent one.</summary>
    private static byte[] Transparent(byte value) =>
        PngBytes.File(
            2,
            1,
            PngBytes.GreyAlpha,
            8,
            false,
            (x, _, s) =>
                s == 0 ? value
                : x == 0 ? 255
                : 0
        );

    private DatasetSplits Load(DatasetOptions options, int threads = -1) =>
        new ImageFolderSource(threads).Load(Nowhere, options with { Images = _folder.Path });

    private void Write(string name, byte[] file) => File.WriteAllBytes(_folder.File(name), file);
}
