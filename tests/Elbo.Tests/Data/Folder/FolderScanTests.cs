using Elbo.Data;
using Elbo.Data.Folder;
using Elbo.Formats;
using Elbo.Imaging;

namespace Elbo.Tests.Data.Folder;

/// <summary>What in a folder is no image and no class.</summary>
public sealed class FolderScanTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();

    public FolderScanTests()
    {
        Write("a/1.png");
        Write("b/2.png");
    }

    private string Name => Path.GetFileName(_folder.Path);

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
            UnusualFiles.Clear(_folder.Path);
        _folder.Dispose();
    }

    [Theory]
    [InlineData("@eaDir/1.png")]
    [InlineData("__MACOSX/1.png")]
    [InlineData("__macosx/a/1.png")]
    [InlineData(".ipynb_checkpoints/1-checkpoint.png")]
    [InlineData("#recycle/1.png")]
    [InlineData("$RECYCLE.BIN/1.png")]
    [InlineData("lost+found/1.png")]
    [InlineData(".thumbnails/1.png")]
    [InlineData("Thumbs.db")]
    [InlineData("desktop.ini")]
    [InlineData("Desktop.ini")]
    [InlineData(".DS_Store")]
    [InlineData("._1.png")]
    [InlineData(".hidden.png")]
    public void What_systems_and_archives_create_is_passed_over_at_any_depth(string junk)
    {
        foreach (string place in (string[])["", "a/", "a/deep/"])
            Write(place + junk);
        var listing = ImageFolderListing.Of(_folder.Path);
        Assert.Equal(["a/1.png", "b/2.png"], listing.Files.Select(file => file.Name));
        Assert.Equal(["a", "b"], listing.ClassNames);
        Assert.Empty(listing.LeftOut);
    }

    [Fact]
    public void Other_files_are_counted_by_their_extensions()
    {
        foreach (string name in (string[])["1.pdf", "a/2.PDF", "a/deep/3.pdf", "b/1.mov", "a/README", "b/notes.txt"])
            _folder.Write(name, [1]);
        Assert.Equal(
            ["3 .pdf", "1 file without an extension", "1 .mov", "1 .txt"],
            ImageFolderListing.Of(_folder.Path).LeftOut
        );
        for (int i = 0; i < 5; i++)
            _folder.Write($"b/x.e{i}", [1]);
        Assert.Equal(
            ["3 .pdf", "1 file without an extension", "1 .e0", "1 .e1", "1 .e2", "1 .e3", "3 other files"],
            ImageFolderListing.Of(_folder.Path).LeftOut
        );
    }

    [UnixFact]
    public async Task Pipes_sockets_devices_and_endless_files_are_never_opened()
    {
        UnusualFiles.MakePipe(_folder.File("a/pipe.png"));
        using var socket = UnusualFiles.MakeSocket(_folder.File("a/socket.png"));
        File.CreateSymbolicLink(_folder.File("a/device.png"), "/dev/zero");
        File.CreateSymbolicLink(_folder.File("a/process.png"), "/proc/self/mem");
        File.CreateSymbolicLink(_folder.File("a/linked pipe.png"), _folder.File("a/pipe.png"));
        File.CreateSymbolicLink(_folder.File("a/nowhere.png"), _folder.File("none"));
        var shape = new ImageShape(1, 2, 2);
        var read = await Task.Run(() => ImagesByPath.Load(_folder.Path, shape)).WaitAsync(Patience);
        Assert.Equal(["a/1.png", "b/2.png"], read.Images.FileNames);
        Assert.Equal(6, read.Unreadable.Count);
        Assert.All(
            read.Unreadable,
            file =>
                Assert.Equal(
                    "found nothing to read (an empty file, a broken link, a pipe or a device); expected an image in "
                        + "the format PNG, JPEG, WebP, BMP, GIF or TIFF.",
                    file.Reason
                )
        );
        // The same holds for a single file, for a file of a list, and for the list.
        await Refused(_folder.File("a/pipe.png"), "none of the 1 files of ");
        string list = _folder.Write("list.txt", System.Text.Encoding.UTF8.GetBytes("a/pipe.png\n/dev/zero\n"));
        await Refused(list, "none of the 2 files of ");
        UnusualFiles.MakePipe(_folder.File("pipe.txt"));
        await Refused(_folder.File("pipe.txt"), $"{_folder.File("pipe.txt")} is a pipe, not a regular file; ");

        async Task Refused(string path, string complaint) =>
            Assert.StartsWith(
                complaint,
                (
                    await Assert.ThrowsAsync<InvalidDataException>(() =>
                        Task.Run(() => ImagesByPath.Load(path, shape)).WaitAsync(Patience)
                    )
                ).Message
            );
    }

    [UnixFact]
    public void Names_that_are_not_utf_8_are_unreadable_files()
    {
        Write("c/3.png");
        Write("b/inner/4.png");
        Write("b/5.png");
        Write("\uFFFD/6.png"); // this character is a valid name
        UnusualFiles.Spoil(_folder.Path, "c");
        UnusualFiles.Spoil(_folder.File("b"), "inner");
        UnusualFiles.Spoil(_folder.File("b"), "5.png");
        var listing = ImageFolderListing.Of(_folder.Path);
        Assert.Equal(["a/1.png", "b/2.png", "\uFFFD/6.png"], listing.Files.Select(file => file.Name));
        Assert.Empty(listing.LeftOut);
        var data = new ImageFolderSource().Load(
            new DataLocation([], _folder.Path),
            new DatasetOptions { Images = _folder.Path }
        );
        Assert.Equal($"{Name}: 3 images in 3 classes (a 1, b 1, \uFFFD 1), all 2×2.", data.Remarks.Single());
        string[] invalid = ["bad\uFFFDc", "b/bad\uFFFD5.png", "b/bad\uFFFDinner"];
        Assert.Equal(
            invalid.Select(name =>
                (_folder.File(name), "the name is not valid UTF-8, so it cannot be opened; rename it.")
            ),
            data.Unreadable.Select(file => (file.Path, file.Reason))
        );
        Assert.Equal(invalid.Length, ImagesByPath.Load(_folder.Path, new ImageShape(1, 2, 2)).Unreadable.Count);
        var strict = new DatasetOptions { Images = _folder.Path, Strict = true };
        Assert.StartsWith(
            $"3 of 6 files in {_folder.Path} cannot be read, and strict is on: bad\uFFFDc: the name is not valid UTF-8, ",
            Assert
                .Throws<InvalidDataException>(() =>
                    new ImageFolderSource().Load(new DataLocation([], _folder.Path), strict)
                )
                .Message
        );
    }

    [UnixFact]
    public void A_folder_of_nothing_but_invalid_names_says_so()
    {
        Write("only/1.png");
        UnusualFiles.Spoil(_folder.File("only"), "1.png");
        string folder = _folder.File("only");
        Assert.Equal(
            $"{Path.Combine(folder, "bad\uFFFD1.png")}: the name is not valid UTF-8, so it cannot be opened; rename it.",
            Assert.Throws<InvalidDataException>(() => ImageFolderListing.Of(folder)).Message
        );
        string lost = _folder.File("lost\uFFFD");
        Assert.StartsWith(
            $"{lost}: the name is not valid UTF-8, ",
            Assert.Throws<FileNotFoundException>(() => RegularFile.Open(lost)).Message
        );
    }

    [LinkFact]
    public void Links_to_the_folder_a_parent_or_a_listed_folder_double_no_image()
    {
        Write("c/3.png");
        Directory.CreateSymbolicLink(_folder.File("self"), ".");
        Directory.CreateSymbolicLink(_folder.File("up"), "..");
        Directory.CreateSymbolicLink(_folder.File("root"), "/");
        Directory.CreateSymbolicLink(_folder.File("again"), _folder.File("c"));
        Directory.CreateSymbolicLink(_folder.File("a/inside"), _folder.File("b"));
        using var elsewhere = new TemporaryFolder();
        elsewhere.Write("linked/4.png", File.ReadAllBytes(_folder.File("a/1.png")));
        Directory.CreateSymbolicLink(_folder.File("d"), elsewhere.File("linked"));
        var listing = ImageFolderListing.Of(_folder.Path);
        Assert.Equal(["a/1.png", "b/2.png", "c/3.png", "d/4.png"], listing.Files.Select(file => file.Name));
        Assert.Equal(["5 links to folders"], listing.LeftOut);
    }

    [LinkFact]
    public void A_folder_that_is_itself_a_link_is_known_by_its_target()
    {
        using var elsewhere = new TemporaryFolder();
        string link = elsewhere.File("photos");
        Directory.CreateSymbolicLink(link, _folder.Path);
        Directory.CreateSymbolicLink(_folder.File("self"), link);
        Assert.Equal(["a/1.png", "b/2.png"], ImageFolderListing.Of(link).Files.Select(file => file.Name));
    }

    private void Write(string name) => _folder.Write(name, PngEncoder.Encode(2, 2, 1, [1, 2, 3, 4]));
}
