using System.Text;

namespace Elbo.Formats;

/// <summary>Names of files and folders that every file system can store.</summary>
internal static class PortableName
{
    /// <summary>Characters that some file system does not allow in a name.</summary>
    private const string Reserved = "<>:\"/\\|?*";

    /// <summary>Names that Windows takes for a device, whatever their ending and case.</summary>
    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(i => (string[])[$"COM{i}", $"LPT{i}"])],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>
    /// Replaces characters that some file system does not allow, control characters, and halves of characters, which
    /// read back as a name that is not UTF-8.
    /// </summary>
    public static string Replace(string text, string substitute)
    {
        var name = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
            name.Append(IsAllowed(rune) ? rune.ToString() : substitute);
        return name.ToString();
    }

    /// <summary>The beginning of a text that has at most <paramref name="bytes"/> bytes in UTF-8.</summary>
    public static string Cut(string text, int bytes)
    {
        int end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes -= rune.Utf8SequenceLength;
            if (bytes < 0)
                break;
            end += rune.Utf16SequenceLength;
        }
        return text[..end];
    }

    /// <summary>Whether Windows takes the name of a file or folder for a device.</summary>
    public static bool IsDevice(string name) => Devices.Contains(name.Split('.')[0].TrimEnd());

    private static bool IsAllowed(Rune rune) =>
        !Rune.IsControl(rune)
        && rune != Rune.ReplacementChar
        && !(rune.IsBmp && Reserved.Contains((char)rune.Value, StringComparison.Ordinal));
}
