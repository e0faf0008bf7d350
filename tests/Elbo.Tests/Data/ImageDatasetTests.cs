using Elbo.Data;

namespace Elbo.Tests.Data;

public class ImageDatasetTests
{
    private static readonly ImageShape Shape = new(1, 1, 2);

    private static readonly ImageDataset First = new(
        "some",
        Shape,
        new byte[] { 1, 2, 3, 4 },
        new byte[] { 0, 1 },
        ["round", "square"]
    )
    {
        FileNames = ["a.png", "b.png"],
    };

    [Fact]
    public void Concatenated_datasets_keep_their_order_labels_and_files()
    {
        var all = First.Concat(
            new ImageDataset("others", Shape, new byte[] { 5, 6 }, new byte[] { 1 }, ["round", "square"])
            {
                FileNames = ["c.png"],
            },
            First
        );
        Assert.Equal(("some", 5), (all.Name, all.Count));
        Assert.Equal([1, 2, 3, 4, 5, 6, 1, 2, 3, 4], all.Pixels.ToArray());
        Assert.Equal([0, 1, 1, 0, 1], all.Labels!.Value.ToArray());
        Assert.Equal(["a.png", "b.png", "c.png", "a.png", "b.png"], all.FileNames);
        Assert.Equal(["round", "square"], all.ClassNames);
    }

    [Fact]
    public void Where_one_lacks_labels_or_files_all_do()
    {
        var all = First.Concat(new ImageDataset("others", Shape, new byte[] { 5, 6 }));
        Assert.Equal(3, all.Count);
        Assert.Null(all.Labels);
        Assert.Null(all.FileNames);
        Assert.Empty(all.ClassNames);
    }

    [Fact]
    public void Other_shapes_and_other_classes_are_refused()
    {
        Assert.StartsWith(
            "got images of 2×1 for images of 1×2.",
            Assert
                .Throws<ArgumentException>(() =>
                    First.Concat(new ImageDataset("others", new ImageShape(1, 2, 1), new byte[2]))
                )
                .Message
        );
        Assert.StartsWith(
            "the datasets have other classes.",
            Assert
                .Throws<ArgumentException>(() =>
                    First.Concat(new ImageDataset("others", Shape, new byte[2], new byte[1], ["x", "y"]))
                )
                .Message
        );
    }
}
