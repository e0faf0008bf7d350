using Elbo.Data;
using Elbo.Imaging;
using Elbo.Tests.Imaging;
using Elbo.Tests.Workflows;
using SkiaSharp;

namespace Elbo.Tests;

public class ImageInputTests
{
    private static readonly ImageDataset Digits = FewDigits.Test.Slice(0, 9);

    [Fact]
    public void Files_folders_streams_and_pixels_are_the_same_images()
    {
        using var folder = Saved();
        using var vae = new Autoencoder(TinyRun.Network, Digits.Shape);
        string[] paths = [.. Enumerable.Range(0, Digits.Count).Select(i => folder.File($"{i}.png"))];
        var expected = vae.Encode(Digits);

        var ofFiles = vae.Encode(ImageInput.FromFiles(paths));
        Bits.AssertEqual(expected, ofFiles);
        Assert.Equal(paths, ofFiles.Names);
        Assert.Equal([Digits.Count, 2], [ofFiles.Shape[0], ofFiles.Shape[1]]);
        Assert.Equal(expected[4].ToArray(), vae.Encode(ImageInput.FromFiles(paths[4]))[0].ToArray());

        var ofFolder = vae.Encode(ImageInput.FromFolder(folder.Path));
        Bits.AssertEqual(expected, ofFolder);
        Assert.Equal(paths, ofFolder.Names);

        using var stream = File.OpenRead(paths[4]);
        var ofStream = vae.Reconstruct(ImageInput.FromStream(stream, "upload"));
        Assert.Equal(["upload"], ofStream.Names);
        Assert.Equal([1, 1, 28, 28], Enumerable.Range(0, 4).Select(axis => ofStream.Shape[axis]));
        Bits.AssertEqual(vae.Reconstruct(Digits.Slice(4, 1)), ofStream);
    }

    [Fact]
    public void Images_of_another_size_and_colour_are_scaled_and_converted()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(
            folder.File("photo.jpg"),
            ImageFiles.Encode(ImageFiles.Photo(300, 200), SKEncodedImageFormat.Jpeg, 90)
        );
        using var vae = new Autoencoder(TinyRun.Network, Digits.Shape);
        var photo = ImageDecoder.Read(folder.File("photo.jpg"));
        byte[] expected = ImageResampler.Fit(photo, new ImageSize(28, 28), 1);
        // The decoder may reduce a large file while it reads it, so the pixels differ a little.
        float[] reconstructed = vae.Reconstruct(ImageInput.FromFiles(folder.File("photo.jpg")));
        float[] direct = vae.Reconstruct(expected);
        Assert.All(reconstructed.Zip(direct), pair => Assert.Equal(pair.First, pair.Second, 0.05));
    }

    [Fact]
    public void A_file_that_is_no_image_is_an_error_unless_it_may_be_skipped()
    {
        using var folder = Saved();
        File.WriteAllText(folder.File("3.png"), "not found");
        using var vae = new Autoencoder(TinyRun.Network, Digits.Shape);
        string message = Assert
            .Throws<InvalidDataException>(() => vae.Encode(ImageInput.FromFolder(folder.Path)))
            .Message;
        Assert.StartsWith($"{folder.File("3.png")}: found 'not found'; expected an image", message);
        var read = vae.Encode(ImageInput.FromFolder(folder.Path, new DatasetOptions { Strict = false }));
        Assert.Equal(Digits.Count - 1, read.Count);
        Assert.DoesNotContain(folder.File("3.png"), read.Names!);
        Assert.Throws<FileNotFoundException>(() => vae.Encode(ImageInput.FromFiles(folder.File("none.png"))));
        Assert.Throws<ArgumentException>(() => ImageInput.FromFiles([]));
        Assert.Throws<ArgumentException>(() => ImageInput.FromFiles("a.png", " "));
        Assert.Throws<ArgumentException>(() => ImageInput.FromStreams([]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(500)]
    public async Task A_folder_in_batches_has_the_images_of_the_folder_at_once(int batchSize)
    {
        using var folder = Saved();
        using var vae = new Autoencoder(TinyRun.Network, Digits.Shape);
        var codes = new List<float>();
        var names = new List<string>();
        await foreach (var batch in vae.ReadFolderAsync(folder.Path, batchSize))
        {
            Assert.InRange(batch.Count, 1, batchSize);
            var rows = vae.Encode(batch);
            codes.AddRange(rows.ToArray());
            names.AddRange(rows.Names!);
        }
        var whole = vae.Encode(ImageInput.FromFolder(folder.Path));
        Bits.AssertEqual(whole, codes.ToArray());
        Assert.Equal(whole.Names, names);
    }

    [Fact]
    public async Task The_background_of_a_folder_in_batches_is_decided_once()
    {
        using var folder = new TemporaryFolder();
        // The first image decides on white, for its visible pixels are dark; the second alone would be on black.
        SaveTransparent(folder.File("a.png"), visible: 20);
        SaveTransparent(folder.File("b.png"), visible: 230);
        using var vae = new Autoencoder(TinyRun.Network, Digits.Shape);
        var corners = new List<byte>();
        await foreach (var batch in vae.ReadFolderAsync(folder.Path, batchSize: 1))
            corners.Add(batch.Pixels.Span[0]);
        Assert.Equal([255, 255], corners);
        var black = new DatasetOptions { Background = BackgroundColour.Black };
        await foreach (var batch in vae.ReadFolderAsync(folder.Path, options: black))
            Assert.Equal(0, batch.Pixels.Span[0]);
    }

    [Fact]
    public async Task Reading_a_folder_can_be_cancelled()
    {
        using var folder = Saved();
        using var vae = new Autoencoder(TinyRun.Network, Digits.Shape);
        using var stop = new CancellationTokenSource();
        int batches = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in vae.ReadFolderAsync(folder.Path, 1, cancellation: stop.Token))
                if (++batches == 2)
                    stop.Cancel();
        });
        Assert.InRange(batches, 2, 3);
    }

    [Fact]
    public void Scores_are_those_of_each_image_alone_and_add_up_to_the_loss()
    {
        using var folder = Saved();
        using var vae = new Autoencoder(TinyRun.Network, Digits.Shape);
        var scores = vae.Score(ImageInput.FromFolder(folder.Path), samples: 200);
        Assert.Equal(Digits.Count, scores.Count);
        Assert.Equal(folder.File("2.png"), scores[2].Name);
        Assert.Equal(scores[2] with { Name = null }, vae.Score(Digits.Slice(2, 1), samples: 200)[0]);
        Assert.All(scores, score => Assert.True(score.Likelihood <= score.Loss));
        // Two estimates of the same mean: one sample for each of 9 images, and 200.
        Assert.Equal(vae.Evaluate(Digits).Loss, scores.Average(score => score.Loss), 1.0);
        float[] x = Digits.ToIntensities(),
            y = vae.Reconstruct(Digits);
        double error = x.Zip(y, (a, b) => Math.Pow(a - b, 2)).Take(784).Average();
        Assert.Equal(error, scores[0].SquaredError, 1e-6);
    }

    [Fact]
    public void Rows_have_a_shape_and_are_counted()
    {
        var rows = new FloatRows([1, 2, 3, 4, 5, 6], [2, 3]);
        Assert.Equal((2, 3, 6), (rows.Count, rows.Width, rows.Length));
        Assert.Equal([4, 5, 6], rows[1].ToArray());
        Assert.Equal(6, rows[1, 2]);
        Assert.Equal([1f, 2, 3, 4, 5, 6], (float[])rows);
        Assert.Equal(2, rows.ToList().Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => rows[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => rows[0, 3]);
        Assert.Equal("2 rows of 3 values, (2, 3)", rows.ToString());
    }

    private static TemporaryFolder Saved()
    {
        var folder = new TemporaryFolder();
        for (int i = 0; i < Digits.Count; i++)
            File.WriteAllBytes(folder.File($"{i}.png"), PngEncoder.Encode(28, 28, 1, Digits.Image(i)));
        return folder;
    }

    private static void SaveTransparent(string path, byte visible)
    {
        var square = ImageFiles.Paint(28, 28, (_, _) => (visible, visible, visible));
        byte[] alpha = [.. Enumerable.Range(0, 28 * 28).Select(i => (byte)(i % 28 is > 6 and < 20 ? 255 : 0))];
        File.WriteAllBytes(path, ImageFiles.Encode(square, SKEncodedImageFormat.Png, 100, alpha));
    }
}
