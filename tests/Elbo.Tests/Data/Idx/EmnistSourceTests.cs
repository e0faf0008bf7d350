using Elbo.Data;
using Elbo.Data.Idx;

namespace Elbo.Tests.Data.Idx;

public sealed class EmnistSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("EMNIST/raw/")]
    [InlineData("gzip/")]
    [InlineData("emnist-letters/")]
    public void Letters_are_upright_and_counted_from_zero(string below)
    {
        Write(below, "letters", IdxBytes.Labels(1, 26), IdxBytes.Labels(2));
        var (train, test) = new EmnistLettersSource().Load(Location());
        // The image 2 rows of 3, (0 1 2 / 3 4 5), is stored as 3 rows of 2.
        Assert.Equal(new ImageShape(1, 2, 3), train.Shape);
        Assert.Equal([0, 1, 2, 3, 4, 5], train.Image(0).ToArray());
        Assert.Equal([10, 11, 12, 13, 14, 15], train.Image(1).ToArray());
        Assert.Equal(
            ("a", "z"),
            (train.ClassNames[train.Labels!.Value.Span[0]], train.ClassNames[train.Labels.Value.Span[1]])
        );
        Assert.Equal("b", test.ClassNames[test.Labels!.Value.Span[0]]);
    }

    [Fact]
    public void Balanced_has_digits_capitals_and_eleven_small_letters()
    {
        Write("", "balanced", IdxBytes.Labels(36, 46), IdxBytes.Labels(10));
        var (train, test) = new EmnistBalancedSource().Load(Location());
        Assert.Equal((47, "a", "t"), (train.ClassNames.Count, train.ClassNames[36], train.ClassNames[46]));
        Assert.Equal("A", test.ClassNames[test.Labels!.Value.Span[0]]);
    }

    [Fact]
    public void A_label_outside_the_alphabet_is_refused()
    {
        Write("", "letters", IdxBytes.Labels(1, 0), IdxBytes.Labels(2));
        Assert.Equal(
            $"{_folder.File("emnist-letters-train-labels-idx1-ubyte")}: found label 0; expected 1 to 26.",
            Assert.Throws<InvalidDataException>(() => new EmnistLettersSource().Load(Location())).Message
        );
    }

    [Fact]
    public async Task The_archive_is_named_where_the_files_are_missing()
    {
        var source = new EmnistDigitsSource();
        Assert.False(source.CanBeFetched);
        var e = await Assert.ThrowsAsync<FileNotFoundException>(() => source.FetchAsync(Location()));
        Assert.StartsWith(
            "emnist-digits cannot be downloaded by itself: unpack https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
            e.Message
        );
        Assert.Contains("emnist-digits-train-labels-idx1-ubyte", e.Message);
    }

    private DataLocation Location() => new([_folder.Path], _folder.Path);

    private void Write(string below, string part, byte[] trainLabels, byte[] testLabels)
    {
        byte[] first = [0, 3, 1, 4, 2, 5];
        byte[] second = [.. first.Select(v => (byte)(v + 10))];
        _folder.Write(
            $"{below}emnist-{part}-train-images-idx3-ubyte",
            IdxBytes.File(0x803, [2, 3, 2], [.. first, .. second])
        );
        _folder.Write($"{below}emnist-{part}-train-labels-idx1-ubyte", trainLabels);
        _folder.Write($"{below}emnist-{part}-test-images-idx3-ubyte", IdxBytes.File(0x803, [1, 3, 2], first));
        _folder.Write($"{below}emnist-{part}-test-labels-idx1-ubyte", testLabels);
    }
}
