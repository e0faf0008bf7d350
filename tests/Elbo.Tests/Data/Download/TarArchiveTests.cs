using System.Formats.Tar;
using Elbo.Data.Download;

namespace Elbo.Tests.Data.Download;

public sealed class TarArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_wanted_files_reach_the_disk_and_only_in_the_folder()
    {
        Unpack(
            CifarBytes.Tar(
                ("../evil.txt", [1]),
                ("/tmp/evil.txt", [2]),
                ("data/../../x.bin", [3]),
                ("data/other.bin", [4]),
                ("./data/x.bin", [5])
            ),
            "data/x.bin"
        );
        Assert.Equal(
            [_folder.File("archive"), _folder.File("out"), _folder.File("out/x.bin")],
            Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        );
        Assert.Equal([5], File.ReadAllBytes(_folder.File("out/x.bin")));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    public void A_link_is_not_taken_for_the_file(TarEntryType type)
    {
        string secret = _folder.Write("secret", [9]);
        var e = Assert.Throws<InvalidDataException>(() =>
            Unpack(CifarBytes.Tar(new UstarTarEntry(type, "data/x.bin") { LinkName = secret }), "data/x.bin")
        );
        Assert.Equal($"{_folder.File("archive")}: there is no file data/x.bin in the archive.", e.Message);
        Assert.Empty(Directory.GetFiles(_folder.File("out")));
    }

    [Fact]
    public void A_file_that_exists_is_left_alone()
    {
        _folder.Write("out/x.bin", [1]);
        Unpack(CifarBytes.Tar(("data/x.bin", [2])), "data/x.bin");
        Assert.Equal([1], File.ReadAllBytes(_folder.File("out/x.bin")));
    }

    [Fact]
    public void An_archive_that_is_cut_anywhere_leaves_no_half_file()
    {
        byte[] content = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * i))];
        byte[] archive = CifarBytes.Tar(("data/x.bin", content));
        for (int length = 0; length < archive.Length; length += 37)
        {
            try
            {
                Unpack(archive[..length], "data/x.bin");
                // What is missing follows behind the file.
                Assert.Equal(content, File.ReadAllBytes(_folder.File("out/x.bin")));
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith($"{_folder.File("archive")}: ", e.Message);
                Assert.Empty(Directory.GetFiles(_folder.File("out")));
            }
            Directory.Delete(_folder.File("out"), recursive: true);
        }
    }

    private void Unpack(byte[] archive, params string[] entries) =>
        TarArchive.Unpack(
            _folder.Write("archive", archive),
            _folder.File("out"),
            entries,
            null,
            CancellationToken.None
        );
}
