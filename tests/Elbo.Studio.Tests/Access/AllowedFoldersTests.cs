using Elbo.Studio.Access;

namespace Elbo.Studio.Tests.Access;

public sealed class AllowedFoldersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elbo-allowed-").FullName;

    public AllowedFoldersTests()
    {
        Directory.CreateDirectory(In("runs/first"));
        Directory.CreateDirectory(In("runs-private"));
        File.WriteAllText(In("runs-private/secret.txt"), "secret");
    }

    [Theory]
    [InlineData("runs")]
    [InlineData("runs/first")]
    [InlineData("runs/first/../first/new.png")]
    [InlineData("runs/not-yet/there")]
    public void Paths_below_a_named_folder_are_accepted(string path) =>
        Assert.Equal(Path.GetFullPath(In(path)), new AllowedFolders(In("runs")).Require(In(path)));

    [Fact]
    public void A_relative_path_is_below_the_first_folder() =>
        Assert.Equal(In("runs/first"), new AllowedFolders(In("runs")).Require("first"));

    [Theory]
    [InlineData("runs/..")]
    [InlineData("runs/../runs-private/secret.txt")]
    [InlineData("runs-private")]
    [InlineData("runs/first/../../../../etc/passwd")]
    [InlineData("runs/a\0b")]
    public void Other_paths_are_refused(string path) =>
        Assert.Contains(
            "is outside the folders of the studio",
            Assert.Throws<UnauthorizedAccessException>(() => new AllowedFolders(In("runs")).Require(In(path))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_link_that_leads_elsewhere_is_refused_wherever_it_is_in_the_path()
    {
        Directory.CreateSymbolicLink(In("runs/link"), In("runs-private"));
        File.CreateSymbolicLink(In("runs/first/link.txt"), In("runs-private/secret.txt"));
        Directory.CreateSymbolicLink(In("runs/circle"), In("runs/circle"));
        var folders = new AllowedFolders(In("runs"));
        Assert.False(folders.Contains(In("runs/link/secret.txt")));
        Assert.False(folders.Contains(In("runs/first/link.txt")));
        Assert.False(folders.Contains(In("runs/circle/secret.txt")));
        Assert.True(folders.Contains(In("runs/first")));
    }

    [Fact]
    public void A_named_folder_may_itself_be_a_link()
    {
        Directory.CreateSymbolicLink(In("named"), In("runs"));
        Assert.True(new AllowedFolders(In("named")).Contains(In("named/first")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(string path) => Path.Combine(_folder, path);
}
