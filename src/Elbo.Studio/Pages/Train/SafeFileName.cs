using Elbo.Formats;

namespace Elbo.Studio.Pages.Train;

/// <summary>Names of files that a browser sends, reduced to names that every system can store.</summary>
internal static class SafeFileName
{
    /// <summary>Longest name without its extension, in bytes of UTF-8; systems allow 255 with it.</summary>
    private const int Longest = 120;

    /// <summary>
    /// A file name without folders, characters that some system refuses, leading dots, and the names of devices; at
    /// most 120 bytes before the extension.
    /// </summary>
    /// <param name="name">The name as it came, perhaps with folders.</param>
    /// <param name="extension">The extension, with its dot, which replaces that of the name; may be empty.</param>
    public static string Of(string name, string extension)
    {
        string last = name.Split('/', '\\')[^1];
        if (extension.Length > 0 && Path.GetExtension(last) is { Length: > 0 and <= 6 } own)
            last = last[..^own.Length];
        string safe = PortableName.Cut(PortableName.Replace(last, "-"), Longest).Trim().Trim('.').Trim();
        if (safe.Length == 0)
            safe = "image";
        return (PortableName.IsDevice(safe) ? $"_{safe}" : safe) + extension;
    }
}
