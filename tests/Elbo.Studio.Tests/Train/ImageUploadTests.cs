using Elbo.Imaging;
using Elbo.Studio.Pages.Train;
using Microsoft.AspNetCore.Components.Forms;

namespace Elbo.Studio.Tests.Train;

public sealed class ImageUploadTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("elbo-upload-test-");
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("../../x.png", "x.png")]
    [InlineData("C:\\photos\\x.PNG", "x.png")]
    [InlineData("a<b>.png", "a-b-.png")]
    [InlineData(".hidden.png", "hidden.png")]
    [InlineData("nul.png", "_nul.png")]
    [InlineData("none", "none.png")]
    [InlineData("wrong.txt", "wrong.png")]
    [InlineData("a\u0000b\n.png", "a-b-.png")]
    [InlineData("half \ufffd.png", "half -.png")]
    [InlineData("..", "image.png")]
    [InlineData("", "image.png")]
    [InlineData("été 字.png", "été 字.png")]
    public async Task Names_are_reduced_to_safe_ones(string name, string stored)
    {
        var written = await Upload("set", [new Picture(name, SmallImages.Png(1))]);
        Assert.Equal(Path.Combine(_folder.FullName, "set"), written.Path);
        Assert.Equal(stored, Path.GetFileName(Assert.Single(Directory.GetFiles(written.Path))));
        Assert.Equal(["set"], _folder.GetFileSystemInfos().Select(entry => entry.Name));
    }

    [Fact]
    public async Task Long_and_equal_names_stay_apart()
    {
        string name = new('ä', 300);
        var written = await Upload(
            "set",
            [.. Enumerable.Range(1, 3).Select(i => new Picture(name, SmallImages.Png(i)))]
        );
        string[] files = [.. Directory.GetFiles(written.Path).Select(file => Path.GetFileName(file)!)];
        Assert.Equal(3, files.Length);
        Assert.All(files, file => Assert.EndsWith(".png", file));
        Assert.All(files, file => ImageDecoder.Read(Path.Combine(written.Path, file)));
    }

    [Theory]
    [InlineData("../../up", "up")]
    [InlineData("/etc/x", "x")]
    [InlineData("", "image")]
    public async Task The_folder_stays_below_that_of_uploads(string name, string stored) =>
        Assert.Equal(
            Path.Combine(_folder.FullName, stored),
            (await Upload(name, [new Picture("x.png", SmallImages.Png(1))])).Path
        );

    [Fact]
    public async Task An_upload_never_replaces_another()
    {
        var first = await Upload("set", [new Picture("x.png", SmallImages.Png(1))]);
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(first.Path, "x.png"));
        var second = await Upload("set", [new Picture("x.png", SmallImages.Png(2))]);
        Assert.Equal(Path.Combine(_folder.FullName, "set-2"), second.Path);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(first.Path, "x.png")));
    }

    [Fact]
    public async Task Files_that_are_no_images_are_left_out_with_the_reason()
    {
        var written = await Upload(
            "set",
            [
                new Picture("page.png", "<html>"u8.ToArray()),
                new Picture("x.png", SmallImages.Png(1)),
                new Picture("0.png", []),
            ]
        );
        Assert.Equal(1, written.Images);
        Assert.Equal(2, written.LeftOut.Count);
        Assert.StartsWith("page.png: found '<html>'; expected an image", written.LeftOut[0]);
        Assert.Single(Directory.GetFiles(written.Path));
    }

    [Fact]
    public async Task Without_any_image_nothing_is_written()
    {
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Upload("set", [new Picture("a.png", [1, 2])]));
        Assert.Contains("none of the files is an image", error.Message);
        await Assert.ThrowsAsync<InvalidDataException>(() => Upload("set", []));
        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Fact]
    public async Task Too_many_or_too_large_files_are_refused_before_any_is_read()
    {
        var small = new Picture("x.png", SmallImages.Png(1));
        await Refused("5,001 files came; at most 5,000", [.. Enumerable.Repeat(small, 5001)]);
        await Refused(
            "big.png has 34,603,008 bytes; at most 33,554,432 (32 MB)",
            [small, new Picture("big.png", [], 33 << 20)]
        );
        await Refused(
            "the files have 2050.0 MB together; at most 2 GB",
            [.. Enumerable.Repeat(new Picture("x.png", [], 1 << 20), 2050)]
        );

        async Task Refused(string message, IReadOnlyList<Picture> files)
        {
            var error = await Assert.ThrowsAsync<ArgumentException>(() => Upload("set", files));
            Assert.StartsWith(message, error.Message);
            Assert.DoesNotContain('\n', error.Message);
            Assert.Empty(_folder.GetFileSystemInfos());
            Assert.Equal(0, small.Reads);
        }
    }

    [Fact]
    public async Task A_cancelled_or_broken_upload_leaves_nothing_behind()
    {
        Picture first = new("a.png", SmallImages.Png(1)),
            last = new("b.png", SmallImages.Png(2)) { Reading = _stop.Cancel };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Upload("set", [first, last, first]));
        Assert.Equal(1, first.Reads);
        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Fact]
    public async Task A_file_that_ends_early_fails_the_upload()
    {
        var error = await Assert.ThrowsAsync<IOException>(() => Upload("set", [new Picture("a.png", [1, 2], 10)]));
        Assert.Equal("a.png ended after 2 of 10 bytes; upload it again.", error.Message);
        Assert.Empty(_folder.GetFileSystemInfos());
    }

    private Task<UploadedImages> Upload(string name, IReadOnlyList<IBrowserFile> files) =>
        ImageUpload.RunAsync(files, _folder.FullName, name, new Progress<string>(), _stop.Token);

    private sealed class Picture(string name, byte[] content, long? size = null) : IBrowserFile
    {
        public string Name => name;

        public DateTimeOffset LastModified => default;

        public long Size => size ?? content.Length;

        public string ContentType => "image/png";

        public int Reads { get; private set; }

        public Action Reading { get; init; } = () => { };

        public Stream OpenReadStream(long maxAllowedSize, CancellationToken cancellationToken)
        {
            Reads++;
            Reading();
            return new MemoryStream(content);
        }
    }
}
