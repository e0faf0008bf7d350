namespace Elbo.Data;

/// <summary>Where datasets' files are looked for, and where downloads go.</summary>
/// <param name="Folders">Folders to search, first match first; each is tried as <c>folder/dataset-name</c> and as it
/// is.</param>
/// <param name="DownloadFolder">Missing files are downloaded into <c>dataset-name</c> below it.</param>
/// <param name="Offline">True forbids downloading.</param>
public sealed record DataLocation(IReadOnlyList<string> Folders, string DownloadFolder, bool Offline = false)
{
    /// <summary>Environment variable that names a folder of datasets.</summary>
    public const string DataVariable = "ELBO_DATA";

    /// <summary>Environment variable that forbids downloads where it is neither empty nor 0.</summary>
    public const string OfflineVariable = "ELBO_OFFLINE";

    /// <summary>The location that a user's options and environment ask for.</summary>
    /// <remarks>
    /// Searched are <paramref name="dataDir"/>, or without one the folder of <c>ELBO_DATA</c>, and then the user's
    /// cache
    /// folder. Downloads go to <paramref name="dataDir"/> where it is given, else to the cache folder: what
    /// <c>ELBO_DATA</c>
    /// names may be shared and read-only, and is never written to.
    /// </remarks>
    /// <param name="dataDir">The folder of <c>--data-dir</c>, or null.</param>
    /// <param name="offline">True forbids downloading, as the variable <c>ELBO_OFFLINE</c> does.</param>
    public static DataLocation FromEnvironment(string? dataDir = null, bool offline = false) =>
        From(dataDir, offline, Environment.GetEnvironmentVariable);

    internal static DataLocation From(string? dataDir, bool offline, Func<string, string?> variable)
    {
        string cache = CacheFolder(variable);
        string? given = NullIfBlank(dataDir);
        string? first = given ?? NullIfBlank(variable(DataVariable));
        return new DataLocation(
            first is null ? [cache] : [Path.GetFullPath(first), cache],
            given is null ? cache : Path.GetFullPath(given),
            offline || NullIfBlank(variable(OfflineVariable)) is { } flag && flag != "0"
        );
    }

    private static string CacheFolder(Func<string, string?> variable)
    {
        // The XDG specification has relative values ignored.
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
