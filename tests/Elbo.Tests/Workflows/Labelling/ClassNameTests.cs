using Elbo.Workflows.Labelling;

namespace Elbo.Tests.Workflows.Labelling;

public class ClassNameTests
{
    [Theory]
    [InlineData("  cat ", "cat")]
    [InlineData("=1+1", "=1+1")]
    [InlineData("../../etc", "../../etc")]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)</script>")]
    [InlineData("👩‍🔬", "👩‍🔬")]
    public void Any_text_that_can_be_shown_is_a_name(string text, string name) =>
        Assert.Equal(name, ClassName.Parse(text));

    [Theory]
    [InlineData("", "the name of the class is empty; type a name.")]
    [InlineData(" \t ", "the name of the class is empty; type a name.")]
    [InlineData("a\nb", "the name of the class has a line break or another control character; type plain text.")]
    [InlineData("a\0b", "the name of the class has a line break or another control character; type plain text.")]
    [InlineData("\u202ecod", "the name of the class has a line break or another control character; type plain text.")]
    [InlineData("a\ud800b", "the name of the class has a line break or another control character; type plain text.")]
    [InlineData("\u200d", "the name of the class has no visible character; type plain text.")]
    public void A_text_that_cannot_be_shown_is_refused_in_one_line(string text, string complaint) =>
        Assert.Equal(complaint, Assert.Throws<ArgumentException>(() => ClassName.Parse(text)).Message);

    [Fact]
    public void A_text_of_ten_thousand_characters_is_refused_without_being_repeated()
    {
        var e = Assert.Throws<ArgumentException>(() => ClassName.Parse(new string('x', 10_000)));
        Assert.Equal("the name of the class has 10,000 characters; it may have at most 60.", e.Message);
        // One character with 10,000 accents.
        Assert.Throws<ArgumentException>(() => ClassName.Parse("a" + new string('\u0301', 10_000)));
    }

    [Fact]
    public void Folders_of_classes_stay_where_they_are_and_never_collide()
    {
        var names = (string[])
            ["cat", "CAT", "../../etc", "..", ".", "con", "COM1.x", "a/b", "a\\b", "a_b", "x.", "x", "<s>", "C:\\x"];
        var folders = ClassName.Folders(names);
        Assert.Equal(
            [
                "cat",
                "CAT-2",
                "_.._etc",
                "class",
                "class-2",
                "_con",
                "_COM1.x",
                "a_b",
                "a_b-2",
                "a_b-3",
                "x",
                "x-2",
                "_s_",
                "C__x",
            ],
            folders
        );
        string root = Path.GetTempPath().TrimEnd(Path.DirectorySeparatorChar);
        Assert.All(folders, folder => Assert.Equal(root, Path.GetDirectoryName(Path.GetFullPath(folder, root))));
    }
}
