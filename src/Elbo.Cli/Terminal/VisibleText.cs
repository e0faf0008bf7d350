using System.Globalization;
using System.Text;

namespace Elbo.Cli.Terminal;

/// <summary>Text that a terminal shows as it is.</summary>
/// <remarks>
/// Names of files, classes and clusters, and arguments, may contain what a terminal obeys: escape sequences that
/// rewrite the screen or the clipboard, line breaks that forge a line, marks that reverse the order of characters.
/// </remarks>
internal static class VisibleText
{
    /// <summary>Replaces control characters by escapes such as <c>\x1b</c>, line breaks among them.</summary>
    public static string Of(string text) => Escape(text, breaks: true);

    /// <summary>As <see cref="Of"/>, but keeps line breaks, carriage returns and tabs.</summary>
    public static string OfLines(string text) => Escape(text, breaks: false);

    private static string Escape(string text, bool breaks)
    {
        if (!text.Any(IsSuspect))
            return text;
        var visible = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
            if (char.IsSurrogatePair(text, i))
                visible.Append(text, i++, 2);
            else if (!IsSuspect(text[i]) || (!breaks && text[i] is '\n' or '\r' or '\t'))
                visible.Append(text[i]);
            else
                visible.Append(Escaped(text[i]));
        return visible.ToString();
    }

    /// <summary>Control characters, halves of surrogate pairs, marks of direction, and separators of lines.</summary>
    private static bool IsSuspect(char c) =>
        char.IsControl(c)
        || char.IsSurrogate(c)
        || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029';

    private static string Escaped(char c) =>
        c switch
        {
            '\n' => @"\n",
            '\r' => @"\r",
            '\t' => @"\t",
            _ => string.Create(CultureInfo.InvariantCulture, $@"\{(c < 0x100 ? $"x{(int)c:x2}" : $"u{(int)c:x4}")}"),
        };
}

/// <summary>Standard output or standard error with visible control characters.</summary>
/// <remarks>
/// <see cref="WriteLine(string)"/> writes one line, whatever is in it. <see cref="Write(string)"/> is for whole texts
/// and for progress that overwrites itself.
/// </remarks>
internal sealed class VisibleWriter(TextWriter output) : TextWriter
{
    public override Encoding Encoding => output.Encoding;

    public override void Write(char value)
    {
        if (char.IsSurrogate(value))
            output.Write(value); // the other half comes next
        else
            Write(value.ToString());
    }

    public override void Write(string? value) => output.Write(VisibleText.OfLines(value ?? ""));

    public override void WriteLine(string? value) => output.WriteLine(VisibleText.Of(value ?? ""));

    public override void Flush() => output.Flush();
}
