using System.Net;
using System.Text;

namespace Elbo.Workflows.Reports;

/// <summary>Markup that is safe to put into a page: what came from outside has been encoded on the way in.</summary>
/// <param name="Markup">HTML that is XML as well.</param>
internal readonly record struct Html(string Markup)
{
    /// <summary>Nothing.</summary>
    public static Html Empty { get; } = new("");

    /// <summary>
    /// Markup from an interpolated string: its literal parts as they are, what stands in braces encoded, unless it is
    /// <see cref="Html"/> itself.
    /// </summary>
    public static Html Of(HtmlHandler markup) => new(markup.ToString());

    /// <summary>Parts one after the other.</summary>
    public static Html Join(params IEnumerable<Html> parts) => new(string.Concat(parts));

    /// <summary>
    /// Text in which no character means anything to a parser, in content and in attributes. What HTML has no place for
    /// becomes U+FFFD.
    /// </summary>
    public static Html Text(string? text)
    {
        var visible = new StringBuilder(text?.Length ?? 0);
        foreach (char c in text ?? "")
            visible.Append(char.IsControl(c) && c is not ('\n' or '\t') || c is '\uFFFE' or '\uFFFF' ? '\uFFFD' : c);
        return new Html(WebUtility.HtmlEncode(visible.ToString()));
    }

    /// <inheritdoc/>
    public override string ToString() => Markup ?? "";
}
