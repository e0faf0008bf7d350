using Elbo.Data;
using Elbo.Workflows;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Labelling;

namespace Elbo.Tests.Workflows.Labelling;

public sealed class PropagationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Images 0 to 3 at 0, 1, 3 and 2 on a line; 0 and 1 are cats, 2 is a dog, 3 has no label.</summary>
    private static EncodedImages Line(params float[] codes) =>
        new(new ImageDataset("line", new ImageShape(1, 1, 1), new byte[codes.Length]), codes, 1);

    [Fact]
    public void Votes_count_one_over_the_distance()
    {
        var labels = Propagation.Of(Line(0, 1, 3, 2), Labels(0, 0, 1), 2, neighbours: 3);
        // Cats at distances 2 and 1, and a dog at 1: 1/2 + 1 against 1.
        Assert.Equal(new ClassVote(0, 0.6), labels.Votes[3]);
        Assert.Equal([new(0, 1), new(0, 1), new(1, 1)], labels.Votes.Take(3));
        Assert.Equal(3, labels.Neighbours);
    }

    [Fact]
    public void Neighbours_at_distance_zero_vote_alone_and_the_first_class_wins_a_tie()
    {
        var equal = Propagation.Of(Line(5, 5, 5.5f, 5), Labels(1, 0, 1), 2, neighbours: 3);
        Assert.Equal(new ClassVote(0, 0.5), equal.Votes[3]);
        var far = Propagation.Of(Line(0, 1, 0, 0), Labels(1, 0), 2, neighbours: 2);
        Assert.Equal(new ClassVote(1, 1), far.Votes[3]);
    }

    [Fact]
    public void Accuracy_leaves_the_image_itself_out()
    {
        // 0: nearest are 1 (A) and 2 (B at 3): A is right. 1: A at 1 and B at 2: A. 2: both others are A: wrong.
        var labels = Propagation.Of(Line(0, 1, 3, 2), Labels(0, 0, 1), 2, neighbours: 3);
        var accuracy = labels.Accuracy!;
        Assert.Equal((2, 3), (accuracy.Right, accuracy.Count));
        Assert.Equal([new ClassAccuracy(2, 2, 3), new ClassAccuracy(0, 1, 0)], accuracy.Classes);
        Assert.Equal(0.2077, accuracy.Interval.Low, 1e-4);
        Assert.Equal(0.9385, accuracy.Interval.High, 1e-4);
        Assert.Null(Propagation.Of(Line(0, 1), Labels(0), 1).Accuracy);
        // An image that was labelled because it was unsure votes, and is not counted.
        var two = Propagation.Of(Line(0, 1, 3, 2), Labels(0, 0, 1), 2, neighbours: 3, unsure: new HashSet<int> { 2 });
        Assert.Equal((2, 2), (two.Accuracy!.Right, two.Accuracy.Count));
        Assert.Equal(labels.Votes, two.Votes);
    }

    [Fact]
    public void The_least_confident_images_come_first()
    {
        var labels = Propagation.Of(Line(0, 10, 1, 5, 9.5f, 4), Labels(0, 1), 2, neighbours: 2);
        Assert.Equal([3, 5, 2, 4], labels.LeastConfident());
    }

    [Fact]
    public void Without_labels_there_is_nothing_to_propagate() =>
        Assert.Equal(
            "no image is labelled yet; label some first. (Parameter 'labels')",
            Assert.Throws<ArgumentException>(() => Propagation.Of(Line(0, 1), Labels(), 0)).Message
        );

    [Fact]
    public void An_export_has_every_image_and_copies_into_safe_folders()
    {
        var images = Line(0, 1, 3, 2);
        var book = LabelBook.Create(
            _folder.File("labels"),
            new LabelState { Choice = ImageChoice.OfSplit("test"), ByFile = false }.WithImages(["0", "1", "2"], "test")
        );
        var labels = Propagation.Of(images, Labels(0, 0, 1), 2, neighbours: 3);
        string[] classes = ["=cat", "../../x"];
        var options = new LabelExportOptions { Folders = true, LeastConfidence = 0.61 };
        var summary = LabelExport.Write(book, images, labels, classes, options);
        Assert.Equal(Path.Combine(book.Folder, "export"), summary.Path);
        Assert.Equal(
            [
                "index,file,label,source,confidence",
                "0,,'=cat,given,1",
                "1,,'=cat,given,1",
                "2,,../../x,given,1",
                "3,,'=cat,propagated,0.6",
            ],
            File.ReadAllLines(Path.Combine(summary.Path, LabelExport.TableName))
        );
        Assert.Equal(
            [
                "order,index,file,z1,cluster,label,round,redundancy",
                "1,0,,0,,'=cat,,",
                "2,1,,1,,'=cat,,",
                "3,2,,3,,../../x,,",
            ],
            File.ReadAllLines(Path.Combine(summary.Path, "selection.csv"))
        );
        Assert.Equal(
            ["=cat/00000.png", "=cat/00001.png", "_.._x/00002.png"],
            Directory
                .GetFiles(Path.Combine(summary.Path, "images"), "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Path.Combine(summary.Path, "images"), file))
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(3, summary.Copied);
        // The next export gets another name, and a folder that is there is not touched.
        Assert.EndsWith(
            "export-2",
            LabelExport.Write(book, images, labels, classes, new()).Path,
            StringComparison.Ordinal
        );
        Assert.Throws<IOException>(() =>
            LabelExport.Write(book, images, labels, classes, new() { Output = summary.Path })
        );
    }

    private static Dictionary<int, int> Labels(params int[] classes) =>
        classes.Index().ToDictionary(c => c.Index, c => c.Item);
}
