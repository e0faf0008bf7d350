using System.Globalization;
using System.Text;
using Elbo.Formats;
using Elbo.Workflows.Selecting;

namespace Elbo.Workflows.Labelling;

/// <summary>Names that a person gives to classes of images.</summary>
internal static class ClassName
{
    /// <summary>Maximum number of characters of a name.</summary>
    public const int MostCharacters = 60;

    /// <summary>The name that a text gives: without white space around it.</summary>
    /// <exception cref="ArgumentException">
    /// The text is empty, too long, or has characters that a page or a table cannot show.
    /// </exception>
    public static string Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        if (trimmed.Length == 0)
            throw new ArgumentException("the name of the class is empty; type a name.");
        if (trimmed.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar) || trimmed.Any(IsUnprintable))
            throw new ArgumentException(
                "the name of the class has a line break or another control character; type plain text."
            );
        int length = new StringInfo(trimmed).LengthInTextElements;
        if (length > MostCharacters || trimmed.Length > 4 * MostCharacters)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"the name of the class has {length:N0} characters; it may have at most {MostCharacters}."
                )
            );
        return trimmed.EnumerateRunes().Any(rune => !IsInvisible(rune))
            ? trimmed
            : throw new ArgumentException("the name of the class has no visible character; type plain text.");
    }

    /// <summary>The name among those of the classes that differs at most by case; null if there is none.</summary>
    public static string? Find(IEnumerable<string> classes, string name) =>
        classes.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The name of a folder for each class, which no file system takes for a path or a device, and no two of which are
    /// equal on a file system that ignores case.
    /// </summary>
    public static IReadOnlyList<string> Folders(IReadOnlyList<string> classes)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var folders = new List<string>();
        foreach (string name in classes)
        {
            string safe = Folder(name),
                free = safe;
            for (int i = 2; !taken.Add(free); i++)
                free = $"{safe}-{i}";
            folders.Add(free);
        }
        return folders;
    }

    private static string Folder(string name)
    {
        // A slash would make SafeName keep only what comes after it.
        string safe = SelectionPictures.SafeName(name.Replace('/', '_').Replace('\\', '_')).Trim('.', ' ');
        if (safe.Length == 0)
            return "class";
        return PortableName.IsDevice(safe) ? "_" + safe : safe;
    }

    /// <summary>
    /// Characters without a place in a line: control characters, halves of pairs, and those that turn the direction of
    /// the text around them. The joiners belong to some scripts and to emoji.
    /// </summary>
    private static bool IsUnprintable(char c) =>
        char.IsControl(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || (char.GetUnicodeCategory(c) == UnicodeCategory.Format && c is not ('\u200c' or '\u200d'));

    private static bool IsInvisible(Rune rune) =>
        Rune.IsWhiteSpace(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.NonSpacingMark;
}
