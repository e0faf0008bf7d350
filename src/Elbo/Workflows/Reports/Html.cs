using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
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

/// <summary>Makes <see cref="Html"/> of interpolated strings, so that text cannot be forgotten to be encoded.</summary>
[InterpolatedStringHandler]
internal readonly struct HtmlHandler(int literalLength, int holes)
{
    private const int TypicalHole = 24;

    private readonly StringBuilder _markup = new(literalLength + (holes * TypicalHole));

    public void AppendLiteral(string markup) => _markup.Append(markup);

    public void AppendFormatted(Html markup) => _markup.Append(markup.Markup);

    public void AppendFormatted(IEnumerable<Html> parts)
    {
        foreach (var part in parts)
            _markup.Append(part.Markup);
    }

    public void AppendFormatted(string? text) => AppendFormatted(Html.Text(text));

    public void AppendFormatted<T>(T value, string? format = null)
        where T : IFormattable => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));

    public override string ToString() => _markup.ToString();
}
