using Elbo.Data;
using Elbo.Data.Arrays;
using Elbo.Formats.Numpy;
using Elbo.Imaging;
using static Elbo.Tests.Data.Arrays.ArrayFiles;

namespace Elbo.Tests.Data.Arrays;

public sealed class NumpyImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Arrays_with_the_names_of_Keras_are_the_splits()
    {
        var (train, test) = Load(Path("keras.npz"));
        Assert.Equal(new ImageShape(1, 2, 3), train.Shape);
        Assert.Equal(Count(24), train.Pixels.ToArray());
        Assert.Equal([.. Enumerable.Range(100, 12).Select(i => (byte)i)], test.Pixels.ToArray());
        Assert.Equal(["1", "3", "7", "9"], train.ClassNames);
        Assert.Equal([1, 0, 1, 2], train.Labels!.Value.ToArray());
        Assert.Equal([0, 3], test.Labels!.Value.ToArray());
        Assert.Equal("keras", train.Name);
        Assert.Null(train.FileNames);
    }

    [Fact]
    public void A_single_array_gives_some_images_for_testing_and_keeps_the_order_of_the_rest()
    {
        string path = _folder.Write("x.npy", Npy("|u1", "(100, 1, 2)", Count(200)));
        var (train, test) = Load(path, new DatasetOptions { TestFraction = 0.2f });
        Assert.Equal((80, 20), (train.Count, test.Count));
        int[] kept = [.. Enumerable.Range(0, train.Count).Select(i => (int)train.Image(i)[0])],
            held = [.. Enumerable.Range(0, test.Count).Select(i => (int)test.Image(i)[0])];
        Assert.Equal(kept.Order(), kept);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => 2 * i), kept.Concat(held).Order());
        // Not the first or last ones, and the same on every machine.
        Assert.Equal([16, 18, 58, 78], held[..4]);
    }

    [Fact]
    public void Validation_images_are_the_datasets_own()
    {
        byte[] x = NpyWriter.Bytes([0, 0.5f, 1], 3, 1, 1);
        string path = _folder.File("v.npz");
        NpzFile.Save(path, ("X_train", x), ("x_val", x), ("y_val", NpyWriter.Bytes([0, 1, 0])), ("x_test", x));
        var splits = Load(path);
        Assert.Equal([0, 128, 255], splits.Validation!.Pixels.ToArray());
        Assert.Equal([0, 1, 0], splits.Validation.Labels!.Value.ToArray());
        Assert.Null(splits.Train.Labels);
    }

    [Theory]
    [InlineData("images", "labels")]
    [InlineData("data", "target")]
    [InlineData("arr_0", "arr_1")]
    [InlineData("train_images", "train_labels")]
    [InlineData("x_test", "y_test")]
    public void Other_usual_names_are_known(string images, string labels)
    {
        string path = _folder.File("a.npz");
        NpzFile.Save(
            path,
            (images, NpyWriter.Bytes([0, 1, 0.2f], 3, 1, 1)),
            (labels, NpyWriter.Bytes([5, 6, 5])),
            ("other", NpyWriter.Bytes([1L]))
        );
        var (train, test) = Load(path);
        Assert.Equal((2, 1), (train.Count, test.Count));
        Assert.Equal(["5", "6"], train.ClassNames);
    }

    [Fact]
    public void A_folder_of_npy_files_is_like_an_archive()
    {
        _folder.Write("x_train.npy", Npy("|u1", "(2, 1, 2)", [1, 2, 3, 4]));
        _folder.Write("x_test.npy", Npy("|u1", "(1, 1, 2)", [5, 6]));
        _folder.Write("y_train.npy", Npy("<i4", "(2,)", [1, 0, 0, 0, 0, 0, 0, 0]));
        var (train, test) = Load(_folder.Path);
        Assert.Equal([5, 6], test.Pixels.ToArray());
        Assert.Equal([1, 0], train.Labels!.Value.ToArray());
    }

    [Theory]
    [InlineData("(2, 2, 2, 3)", null)]
    [InlineData("(2, 2, 2, 3)", ArrayLayout.Nhwc)]
    [InlineData("(2, 12)", ArrayLayout.Nhwc)]
    public void Channels_last_become_planes(string shape, ArrayLayout? layout)
    {
        string path = _folder.Write("x.npy", Npy("|u1", shape, Count(24)));
        var (train, test) = Load(path, new DatasetOptions { Layout = layout });
        Assert.Equal(new ImageShape(3, 2, 2), train.Shape);
        byte[] first = [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11];
        byte[][] images = [train.Pixels.ToArray(), test.Pixels.ToArray()];
        Assert.Equal([first, [.. first.Select(v => (byte)(v + 12))]], images.OrderBy(image => image[0]));
    }

    [Theory]
    [InlineData("(2, 3, 2, 2)", null)]
    [InlineData("(2, 12)", ArrayLayout.Nchw)]
    public void Channels_first_are_kept(string shape, ArrayLayout? layout)
    {
        string path = _folder.Write("x.npy", Npy("|u1", shape, Count(24)));
        var (train, test) = Load(path, new DatasetOptions { Layout = layout });
        Assert.Equal(new ImageShape(3, 2, 2), train.Shape);
        byte[][] images = [train.Pixels.ToArray(), test.Pixels.ToArray()];
        Assert.Equal(Count(24), images.OrderBy(image => image[0]).SelectMany(image => image));
    }

    [Fact]
    public void Rows_are_squares_or_have_the_size_given()
    {
        string path = _folder.Write("x.npy", Npy("|u1", "(2, 36)", Count(72)));
        Assert.Equal(new ImageShape(1, 6, 6), Load(path).Train.Shape);
        Assert.Equal(
            new ImageShape(1, 4, 9),
            Load(path, new DatasetOptions { ImageSize = new ImageSize(9, 4) }).Train.Shape
        );
        // Scaled, because 36 pixels are no 3×3 image.
        Assert.Equal(
            new ImageShape(1, 3, 3),
            Load(path, new DatasetOptions { ImageSize = new ImageSize(3, 3) }).Train.Shape
        );
    }

    [Fact]
    public void Size_and_colour_are_converted_as_for_files()
    {
        // Two by two blocks of one value: their averages are exact. Luma of (v, v, v) is v.
        byte[] image = [10, 10, 30, 30, 10, 10, 30, 30, 50, 50, 70, 70, 50, 50, 70, 70];
        string path = _folder.Write("x.npy", Npy("|u1", "(2, 4, 4)", [.. image, .. image]));
        var options = new DatasetOptions { ImageSize = new ImageSize(2, 2), Colour = ImageColour.Rgb };
        var train = Load(path, options, threads: 1).Train;
        Assert.Equal(new ImageShape(3, 2, 2), train.Shape);
        Assert.Equal([10, 30, 50, 70, 10, 30, 50, 70, 10, 30, 50, 70], train.Pixels.ToArray());
    }

    public static TheoryData<string, byte[], byte[], string?> Scales =>
        new()
        {
            { "|u1", [0, 7, 255, 9], [0, 7, 255, 9], null },
            { "|u1", [0, 1, 1, 0], [0, 255, 255, 0], "x.npy has the values 0 and 1 only; 1 is white." },
            { "|b1", [0, 1, 1, 0], [0, 255, 255, 0], "x.npy has the values 0 and 1 only; 1 is white." },
            { "<i2", [0, 0, 7, 0, 255, 0, 9, 0], [0, 7, 255, 9], null },
            { "<f4", Floats(0, 0.5f, 1, 0.001f), [0, 128, 255, 0], "x.npy has values up to 1; 1 is white." },
            { "<f4", Floats(0, 127.6f, 254, 3), [0, 128, 254, 3], "x.npy has values up to 254; 255 is white." },
            { "<f4", Floats(0, 0, 1.0000001f, 0), [0, 0, 255, 0], "x.npy has values up to 1; 1 is white." },
        };

    [Theory]
    [MemberData(nameof(Scales))]
    public void The_scale_follows_from_type_and_largest_value(string type, byte[] data, byte[] pixels, string? remark)
    {
        string path = _folder.Write("x.npy", Npy(type, "(2, 1, 2)", data));
        var splits = Load(path);
        byte[] read = [.. splits.Train.Pixels.ToArray(), .. splits.Test.Pixels.ToArray()];
        Assert.Equal(pixels.Order(), read.Order());
        Assert.Equal(remark is null ? [] : [System.IO.Path.Combine(_folder.Path, remark)], splits.Remarks);
    }

    public static TheoryData<string, string, byte[], string> Wrong =>
        new()
        {
            { "|i1", "(2, 1, 2)", [0, 255, 1, 2], " has the value -1; intensities are from 0 to 1, or from 0 to 255." },
            { "<i2", "(2, 1, 2)", [0, 1, 0, 0, 0, 0, 0, 0], " has the value 256; intensities are from 0 to 1, or " },
            { "<f4", "(2, 1, 2)", Floats(0, 1.5f, 0, 0), " has the value 1.5; intensities are from 0 to 1, or from " },
            { "<f4", "(2, 1, 2)", Floats(0, float.NaN, 0, 0), " has the value NaN; intensities are from 0 to 1, or " },
            {
                "<f4",
                "(2, 1, 2)",
                Floats(0, float.PositiveInfinity, 0, 0),
                " has the value Infinity; intensities are "
            },
            { "<f4", "(2, 1, 2)", Floats(0, -0.25f, 0, 0), " has the value -0.25; intensities are from 0 to 1, or " },
            { "|u1", "(0, 2, 2)", [], " has shape (0, 2, 2), so there are no images." },
            {
                "|u1",
                "(8,)",
                new byte[8],
                " has shape (8,); images have (N, height, width), (N, height, width, channels)"
            },
            {
                "|u1",
                "(8, 9, 3)",
                new byte[216],
                " has shape (8, 9, 3), which looks like one image; a first axis must "
            },
            { "|u1", "(2, 4, 2, 2)", new byte[32], " has shape (2, 4, 2, 2); the second or the last axis must be 1 " },
            {
                "|u1",
                "(2, 3, 2, 3)",
                new byte[36],
                " has shape (2, 3, 2, 3), in which the channels can be the second or the last axis; give --layout "
                    + "nchw or nhwc."
            },
            {
                "|u1",
                "(2, 5)",
                new byte[10],
                " has shape (2, 5), and 5 pixels are no square; give the size with --image-size WIDTHxHEIGHT."
            },
            {
                "|u1",
                "(2, 12)",
                new byte[24],
                " has shape (2, 12): 2×2×3 pixels in an unknown order; give --layout nhwc "
            },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void An_array_that_is_no_images_is_refused(string type, string shape, byte[] data, string complaint)
    {
        string path = _folder.Write("x.npy", Npy(type, shape, data));
        AssertRefused(path + complaint, path);
    }

    [Fact]
    public void A_layout_that_the_shape_contradicts_is_refused()
    {
        string path = _folder.Write("x.npy", Npy("|u1", "(2, 2, 2, 3)", new byte[24]));
        AssertRefused(
            $"{path} has shape (2, 2, 2, 3), so 2 channels; images have 1 (grey) or 3 (RGB).",
            path,
            new DatasetOptions { Layout = ArrayLayout.Nchw }
        );
    }

    [Fact]
    public void Arrays_that_are_not_found_by_name_are_listed()
    {
        string path = _folder.File("a.npz");
        NpzFile.Save(path, ("foo", NpyWriter.Bytes([1L])), ("bar", NpyWriter.Bytes([1L])));
        AssertRefused($"{path} has the arrays bar, foo; the images must be called x_train (and x_test, x_val), ", path);
    }

    public static TheoryData<byte[], byte[]> Labels =>
        new()
        {
            { NpyWriter.Bytes([2, 0, 2]), [1, 0, 1] },
            { Npy("<i4", "(3, 1)", [2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0]), [1, 0, 1] },
            { NpyWriter.Bytes([0, 0, 1, 1, 0, 0, 0, 0, 1], 3, 3), [1, 0, 1] },
            { NpyWriter.Bytes([-1, -7, -1]), [1, 0, 1] },
            { NpyWriter.Bytes([2, 0, 2f], 3), [1, 0, 1] },
        };

    [Theory]
    [MemberData(nameof(Labels))]
    public void Labels_are_numbers_or_one_hot(byte[] labels, byte[] indices) =>
        Assert.Equal(indices, Labelled(labels, 3).Train.Labels!.Value.ToArray());

    public static TheoryData<byte[], string> WrongLabels =>
        new()
        {
            { NpyWriter.Bytes([2, 0]), ": y_train has 2 labels, and {0}: x_train 3 images; each image needs one." },
            { NpyWriter.Bytes([0.5f, 1, 2], 3), ": y_train has 0.5 for image 0; labels are whole numbers." },
            {
                NpyWriter.Bytes([0, 1, 1, 1, 0, 0], 3, 2),
                ": y_train has shape (3, 2), and row 1 is not a single 1 among zeros; give one label per image."
            },
            { NpyWriter.Bytes([1, 2, 3], 3, 1, 1), ": y_train has shape (3, 1, 1); labels have (N,), (N, 1), or " },
        };

    [Theory]
    [MemberData(nameof(WrongLabels))]
    public void Other_labels_are_refused(byte[] labels, string complaint)
    {
        string path = _folder.File("l.npz");
        Assert.StartsWith(
            path + string.Format(System.Globalization.CultureInfo.InvariantCulture, complaint, path),
            Assert.Throws<InvalidDataException>(() => Labelled(labels, 3)).Message
        );
    }

    [Fact]
    public void There_can_be_256_classes_but_no_more()
    {
        var train = Labelled(NpyWriter.Bytes([.. Enumerable.Range(1000, 256).Select(i => (long)i)]), 256).Train;
        Assert.Equal(("1255", (byte)255), (train.ClassNames[^1], train.Labels!.Value.Span[^1]));
        string path = _folder.File("l.npz");
        Assert.Equal(
            $"{path} has 257 different labels; there can be 256 classes at most.",
            Assert
                .Throws<InvalidDataException>(() =>
                    Labelled(NpyWriter.Bytes([.. Enumerable.Range(0, 257).Select(i => (long)i)]), 257)
                )
                .Message
        );
    }

    private DatasetSplits Labelled(byte[] labels, int count)
    {
        string path = _folder.File("l.npz");
        byte[] images = NpyWriter.Bytes(new float[count], count, 1, 1);
        NpzFile.Save(path, ("x_train", images), ("y_train", labels), ("x_test", NpyWriter.Bytes([0f], 1, 1, 1)));
        return Load(path);
    }

    private static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
}
