namespace Elbo.Tests.Browser;

/// <summary>The system's Chromium and its driver, found in PATH.</summary>
internal static class Chromium
{
    /// <summary>The browser, or null where there is none.</summary>
    public static string? Program { get; } =
        Find("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

    /// <summary>The program that steers it, or null where there is none.</summary>
    public static string? Driver { get; } = Find("chromedriver");

    /// <summary>Why a test that needs a browser cannot run, or null where it can.</summary>
    public static string? SkipReason =>
        Program is not null && Driver is not null
            ? null
            : "needs chromium and chromedriver in PATH (Debian: chromium, chromium-driver).";

    private static string? Find(params string[] names)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );
        return names
            .SelectMany(name => folders.Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}
