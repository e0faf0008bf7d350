using Elbo.Cli.Terminal;

namespace Elbo.Cli.Tests;

/// <summary>Control characters of arguments, files and classes are shown, not obeyed.</summary>
public sealed class HostileTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain é ü 漢字 😀 C:\\temp", "plain é ü 漢字 😀 C:\\temp")]
    [InlineData("\u001b[31m\u0007\u007f\0", @"\x1b[31m\x07\x7f\x00")]
    [InlineData("\u009b2J\u0085", @"\x9b2J\x85")]
    [InlineData("a\nb\r\tc", @"a\nb\r\tc")]
    [InlineData("\u202egnp.exe\u202c\u2066\u2069\u2028", @"\u202egnp.exe\u202c\u2066\u2069\u2028")]
    public void Control_characters_are_escaped_and_others_stay(string text, string shown) =>
        Assert.Equal(shown, VisibleText.Of(text));

    [Fact]
    public void Half_of_a_surrogate_pair_is_escaped() =>
        Assert.Equal(@"\ud800x\udc00", VisibleText.Of("\ud800x\udc00"));

    [Fact]
    public void A_line_stays_one_line_and_a_text_keeps_its_lines()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var writer = new VisibleWriter(output) { NewLine = "\n" };
        writer.WriteLine("a\nb\u001b");
        writer.Write("\rc\n\td\u001b\n");
        writer.Write("😀".ToCharArray());
        writer.Write('\u001b');
        writer.WriteLine();
        Assert.Equal("a\\nb\\x1b\n\rc\n\td\\x1b\n😀\\x1b\n", output.ToString());
    }

    [Theory]
    [InlineData("tr\u001bain", @"there is no command 'tr\x1bain'; ")]
    [InlineData("embed|no\u009brun", @"there is no run folder 'no\x9brun'. ")]
    [InlineData("embed|a\u202eb", @"there is no run folder 'a\u202eb'. ")]
    [InlineData("train|--e\u001bpochs", @"'elbo train' has no option '--e\x1bpochs'. ")]
    [InlineData("train|-e|\u001b[2J", @"--epochs is '\x1b[2J'; ")]
    [InlineData("train|--config|x\u001b", @"there is no config file 'x\x1b'.")]
    public void Arguments_are_shown_in_error_lines(string arguments, string complaint) =>
        Assert.StartsWith(
            "elbo: " + complaint,
            CalledCommand.Run(_folder.Path, arguments.Split('|')).Complaint(exitCode: 2)
        );

    [Theory]
    [InlineData("embed|ru\uFFFDn", "'ru\uFFFDn'")]
    [InlineData("train|--images=\uFFFD", "'--images=\uFFFD'")]
    [InlineData("train|--images|a/\uFFFD/b", "'a/\uFFFD/b'")]
    public void An_argument_that_is_not_utf_8_is_told(string arguments, string shown) =>
        Assert.Equal(
            $"elbo: {shown} has bytes that are not valid UTF-8, so no file or folder of that name can be opened; "
                + "rename it, and give the new name.",
            CalledCommand.Run(_folder.Path, arguments.Split('|')).Complaint(exitCode: 2)
        );

    [Fact]
    public void A_file_may_have_a_replacement_character_in_its_name()
    {
        _folder.Write("\uFFFD.json", "[]"u8);
        Assert.Equal(
            "elbo: \uFFFD.json does not hold a JSON object of options.",
            CalledCommand.Run(_folder.Path, "train", "--config", "\uFFFD.json").Complaint(exitCode: 2)
        );
    }

    [Fact]
    public void Classes_and_files_are_shown_in_tables_and_notes()
    {
        if (OperatingSystem.IsWindows())
            return; // no file has such a name there
        for (int i = 0; i < 8; i++)
            _folder.Write(
                $"images/{(i % 2 == 0 ? "a\u001b[31m" : "b\u202e")}/{i}.bmp",
                [
                    .. "BM"u8,
                    .. new byte[8],
                    54,
                    0,
                    0,
                    0,
                    40,
                    0,
                    0,
                    0,
                    1,
                    0,
                    0,
                    0,
                    1,
                    0,
                    0,
                    0,
                    1,
                    0,
                    24,
                    .. new byte[25],
                    (byte)i,
                    2,
                    3,
                    0,
                ]
            );
        _folder.Write("images/b\u202e/x\u001b]0;title\u0007.png", "no image"u8);
        string[] train = ["train", "--images", "images", "--image-size", "8", "--hidden", "4", "-e", "1"];
        var trained = CalledCommand.Run(_folder.Path, [.. train, "--latent-dim", "2", "--threads", "1"]).Succeeded();
        Assert.DoesNotContain('\u001b', trained.Error);
        Assert.DoesNotContain('\u202e', trained.Error);
        Assert.DoesNotContain('\u0007', trained.Error);
        Assert.Contains(@"b\u202e", trained.Error);
        Assert.Equal("runs/vae-image-folder-z2\n", trained.Output);
        var summary = CalledCommand
            .Run(_folder.Path, "duplicates", "runs/vae-image-folder-z2", "--threads", "1")
            .Succeeded();
        Assert.DoesNotContain('\u001b', summary.Error + summary.Output);
    }
}
