namespace Elbo.Data;

/// <summary>The folders where dataset files are searched for and downloaded to.</summary>
/// <param name="Folders">
/// Folders to search; the first match is used. Each is tried as <c>folder/dataset-name</c> and as <c>folder</c>.
/// </param>
/// <param name="DownloadFolder">Parent folder for downloads, which go to its sub-folder <c>dataset-name</c>.</param>
/// <param name="Offline">Whether downloads are forbidden.</param>
public sealed record DataLocation(IReadOnlyList<string> Folders, string DownloadFolder, bool Offline = false)
{
    /// <summary>
    /// Whether the user has named the folder. Then files that are missing there are an error when a dataset is loaded;
    /// only <see cref="DatasetSource.FetchAsync"/> downloads them.
    /// </summary>
    public bool IsGiven { get; init; }

    /// <summary>Name of the environment variable for a folder of datasets.</summary>
    public const string DataVariable = "ELBO_DATA";

    /// <summary>Name of the environment variable that forbids downloads unless it is empty or 0.</summary>
    public const string OfflineVariable = "ELBO_OFFLINE";

    /// <summary>
    /// Name of the environment variable that, with the value 0, turns off <see cref="ImageCache"/>.
    /// </summary>
    public const string CacheVariable = "ELBO_CACHE";

    /// <summary>
    /// Folder where the decoded images of large image folders are kept; null reads the image files every time.
    /// </summary>
    public string? ImageCache { get; init; }

    /// <summary>The location given by the command-line options and the environment.</summary>
    /// <remarks>
    /// The search covers <paramref name="dataDir"/> alone if it is given, else <c>ELBO_DATA</c> and then the user's cache
    /// folder. Downloads go to <paramref name="dataDir"/> if given, else to the cache folder. The folder of
    /// <c>ELBO_DATA</c> may be shared and read-only, and is never written to.
    /// </remarks>
    /// <param name="dataDir">The value of <c>--data-dir</c>, or null.</param>
    /// <param name="offline">Whether downloads are forbidden, as with the variable <c>ELBO_OFFLINE</c>.</param>
    public static DataLocation FromEnvironment(string? dataDir = null, bool offline = false) =>
        From(dataDir, offline, Environment.GetEnvironmentVariable);

    internal static DataLocation From(string? dataDir, bool offline, Func<string, string?> variable)
    {
        string cache = CacheFolder(variable);
        bool mayNot = offline || NullIfBlank(variable(OfflineVariable)) is { } flag && flag != "0";
        string? images = variable(CacheVariable) == "0" ? null : Path.Combine(cache, "image-folders");
        if (NullIfBlank(dataDir) is { } given)
            return new DataLocation([Path.GetFullPath(given)], Path.GetFullPath(given), mayNot)
            {
                IsGiven = true,
                ImageCache = images,
            };
        return new DataLocation(
            NullIfBlank(variable(DataVariable)) is { } shared ? [Path.GetFullPath(shared), cache] : [cache],
            cache,
            mayNot
        )
        {
            ImageCache = images,
        };
    }

    private static string CacheFolder(Func<string, string?> variable)
    {
        // The XDG specification says that relative paths are ignored.
        if (NullIfBlank(variable("XDG_CACHE_HOME")) is { } xdg && Path.IsPathRooted(xdg))
            return Path.Combine(xdg, "elbo");
        if (OperatingSystem.IsWindows())
            return Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData),
                "elbo",
                "cache"
            );
        string home = NullIfBlank(variable("HOME")) ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsMacOS()
            ? Path.Combine(home, "Library", "Caches", "elbo")
            : Path.Combine(home, ".cache", "elbo");
    }

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
