using Elbo.Studio.Access;
using Elbo.Studio.Pages.Train;

namespace Elbo.Studio.Tests.Train;

public sealed class FolderListingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("elbo-folder-test-");
    private readonly AllowedFolders _allowed;

    public FolderListingTests()
    {
        SmallImages.Write(Path.Combine(Photos, "cat"), 3);
        SmallImages.Write(Photos, 2);
        Directory.CreateDirectory(Path.Combine(Photos, "cat", "more"));
        File.WriteAllText(Path.Combine(Photos, "table.csv"), "x");
        _allowed = new AllowedFolders(Photos);
    }

    private string Photos => Path.Combine(_folder.FullName, "photos");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Folders_are_listed_with_the_numbers_of_their_images_and_folders()
    {
        var listing = Read(Photos);
        Assert.Equal((2, null), (listing.Images, listing.Parent));
        Assert.Equal([new FolderEntry("cat", Path.Combine(_allowed.Roots[0], "cat"), 3, 1)], listing.Folders);
        Assert.Equal(["table.csv"], listing.Arrays);
        Assert.Equal(_allowed.Roots[0], Read(listing.Folders[0].Path).Parent);
    }

    [Fact]
    public void The_first_list_has_the_folders_that_the_studio_may_read()
    {
        var listing = Read(null);
        Assert.Equal((null, 0), (listing.Path, listing.Images));
        Assert.Equal(
            (_allowed.Roots[0], 2, 1),
            Assert.Single(listing.Folders) is var f ? (f.Path, f.Images, f.Folders) : default
        );
    }

    [Theory]
    [InlineData("..")]
    [InlineData("/etc")]
    [InlineData("/")]
    [InlineData("cat/../..")]
    public void Other_folders_are_refused(string path) => Assert.Throws<UnauthorizedAccessException>(() => Read(path));

    [Fact]
    public void Links_that_lead_out_are_not_listed()
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateSymbolicLink(Path.Combine(Photos, "out"), "/etc");
        Assert.Equal(["cat"], Read(Photos).Folders.Select(folder => folder.Name));
    }

    private FolderListing Read(string? path) => FolderListing.Of(_allowed, path, CancellationToken.None);
}
