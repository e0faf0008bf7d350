using Elbo.Data;

namespace Elbo.Tests.Data;

public class DataLocationTests
{
    private static readonly string Cache = Path.Combine(Path.GetTempPath(), "cache");
    private static readonly string Given = Path.Combine(Path.GetTempPath(), "given");
    private static readonly string Ambient = Path.Combine(Path.GetTempPath(), "ambient");

    [Fact]
    public void A_given_folder_alone_is_searched_and_takes_downloads()
    {
        var location = Locate(Given, ("XDG_CACHE_HOME", Cache), ("ELBO_DATA", Ambient));
        Assert.Equal([Given], location.Folders);
        Assert.Equal(Given, location.DownloadFolder);
        Assert.True(location.IsGiven);
    }

    [Fact]
    public void The_environment_folder_is_searched_before_the_cache_but_never_written_to()
    {
        var location = Locate(null, ("XDG_CACHE_HOME", Cache), ("ELBO_DATA", Ambient));
        Assert.Equal([Ambient, Path.Combine(Cache, "elbo")], location.Folders);
        Assert.Equal(Path.Combine(Cache, "elbo"), location.DownloadFolder);
    }

    [Fact]
    public void Without_either_the_cache_remains()
    {
        var location = Locate(" ", ("XDG_CACHE_HOME", Cache), ("ELBO_DATA", ""));
        Assert.Equal([Path.Combine(Cache, "elbo")], location.Folders);
        Assert.False(location.Offline);
        Assert.False(location.IsGiven);
    }

    [Fact]
    public void A_relative_cache_home_is_ignored() =>
        Assert.True(Path.IsPathRooted(Assert.Single(Locate(null, ("XDG_CACHE_HOME", "relative")).Folders)));

    [Theory]
    [InlineData("1", true)]
    [InlineData("0", false)]
    [InlineData("", false)]
    public void The_environment_can_forbid_downloads(string value, bool offline) =>
        Assert.Equal(offline, Locate(null, ("ELBO_OFFLINE", value)).Offline);

    [Theory]
    [InlineData(null, true)]
    [InlineData("1", true)]
    [InlineData("0", false)]
    public void Decoded_images_are_kept_in_the_cache_unless_the_environment_forbids_it(string? value, bool kept) =>
        Assert.Equal(
            kept ? Path.Combine(Cache, "elbo", "image-folders") : null,
            Locate(Given, ("XDG_CACHE_HOME", Cache), ("ELBO_CACHE", value!)).ImageCache
        );

    private static DataLocation Locate(string? dataDir, params (string Name, string Value)[] variables) =>
        DataLocation.From(
            dataDir,
            offline: false,
            name => variables.FirstOrDefault(variable => variable.Name == name).Value
        );
}
