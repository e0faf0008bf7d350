using Elbo.Training.Runs;

namespace Elbo.Tests.Training.Runs;

public sealed class ClusterNamesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static ClusterNames Some => ClusterNames.None(5).With([(0, "smile"), (3, "looking left"), (4, "smile")]);

    [Theory]
    [InlineData("3=smile", 3, "smile")]
    [InlineData("3=  looking left ", 3, "looking left")]
    [InlineData("0=a=b", 0, "a=b")]
    [InlineData("3=", 3, null)]
    [InlineData("3=  ", 3, null)]
    [InlineData("12=été 笑 \"7\"", 12, "été 笑 \"7\"")]
    [InlineData("1=123456789012345678901234567890", 1, "123456789012345678901234567890")]
    public void A_name_follows_its_number(string text, int cluster, string? name) =>
        Assert.Equal((cluster, name), ClusterNames.Parse(text));

    [Theory]
    [InlineData("smile", "'smile' is not NUMBER=NAME, such as 3=smile, or 3= to remove a name.")]
    [InlineData("=smile", "'=smile' is not NUMBER=NAME, such as 3=smile, or 3= to remove a name.")]
    [InlineData("-1=smile", "'-1=smile' is not NUMBER=NAME, such as 3=smile, or 3= to remove a name.")]
    [InlineData("1.5=smile", "'1.5=smile' is not NUMBER=NAME, such as 3=smile, or 3= to remove a name.")]
    [InlineData(
        "3=two\nlines",
        "the name of cluster 3 has a line break or another control character; give plain text."
    )]
    [InlineData("3=a\u2028b", "the name of cluster 3 has a line break or another control character; give plain text.")]
    [InlineData(
        "3=1234567890123456789012345678901",
        "the name of cluster 3 has 31 characters; it may have at most 30."
    )]
    public void Other_texts_are_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => ClusterNames.Parse(text)).Message);

    [Fact]
    public void Names_are_given_changed_and_removed_one_by_one()
    {
        Assert.Equal(["0: smile", "1", "2", "3: looking left", "4: smile"], Some.Labels);
        Assert.Equal("cluster 3: looking left", Some.Caption(3));
        Assert.Equal("cluster 1", Some.Caption(1));
        var changed = Some.With([(0, null), (1, "frown")]);
        Assert.Equal([null, "frown", null, "looking left", "smile"], changed.All);
        Assert.False(changed.With([(1, null), (3, null), (4, null)]).Any);
        Assert.Equal(
            "there is no cluster 5; there are 5, counted from 0.",
            Assert.Throws<ArgumentException>(() => Some.With([(5, "smile")])).Message
        );
        Assert.Equal(
            "cluster 2 is given twice; give it one name.",
            Assert.Throws<ArgumentException>(() => Some.With([(2, "a"), (2, "b")])).Message
        );
    }

    [Fact]
    public void A_cluster_is_found_by_number_or_by_a_name_that_only_one_has()
    {
        Assert.Equal(4, Some.Find("4"));
        Assert.Equal(3, Some.Find("Looking LEFT"));
        // A number is always that of a cluster, also if a cluster has another number as its name.
        Assert.Equal(1, Some.With([(2, "1")]).Find("1"));
        foreach (
            var (text, message) in new[]
            {
                ("5", "cluster is 5; there are 5, counted from 0."),
                ("-1", "cluster is -1; there are 5, counted from 0."),
                ("smile", "clusters 0, 4 are all called 'smile'; give the number of one."),
                ("frown", "no cluster is called 'frown'; the names are smile, looking left."),
            }
        )
            Assert.Equal(message, Assert.Throws<ArgumentException>(() => Some.Find(text)).Message);
        Assert.Equal(
            "no cluster is called 'x'; no cluster has a name, and 'elbo label-clusters' gives names.",
            Assert.Throws<ArgumentException>(() => ClusterNames.None(5).Find("x")).Message
        );
    }

    [Fact]
    public void Stored_names_read_back_and_no_names_leave_no_file()
    {
        var run = RunFolder.Create(_folder.Path, "run", overwrite: false);
        Assert.False(ClusterNames.Load(run, 5).Any);
        Some.Save(run);
        Assert.Equal(Some.All, ClusterNames.Load(run, 5).All);
        Assert.Equal(
            "{\n  \"0\": \"smile\",\n  \"3\": \"looking left\",\n  \"4\": \"smile\"\n}\n",
            File.ReadAllText(run.ClusterNames).ReplaceLineEndings("\n")
        );
        ClusterNames.None(5).Save(run);
        Assert.False(File.Exists(run.ClusterNames));
    }

    [Theory]
    [InlineData("[]", " does not hold a JSON object of cluster numbers and names.")]
    [InlineData("{\"0\": 1}", ": the name of cluster 0 is 1; give a text.")]
    [InlineData("{\"0\"", ": ")]
    [InlineData("{\"9\": \"smile\"}", ": there is no cluster 9; there are 5, counted from 0.")]
    [InlineData("{\"a\": \"smile\"}", ": 'a=smile' is not NUMBER=NAME")]
    public void A_damaged_file_is_named(string content, string message)
    {
        var run = RunFolder.Create(_folder.Path, "run", overwrite: false);
        File.WriteAllText(run.ClusterNames, content);
        string error = Assert.Throws<InvalidDataException>(() => ClusterNames.Load(run, 5)).Message;
        Assert.StartsWith(run.ClusterNames, error);
        Assert.Contains(message, error);
    }
}
