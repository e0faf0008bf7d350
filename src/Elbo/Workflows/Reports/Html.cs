using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Elbo.Workflows.Reports;

/// <summary>Markup that is safe to put into a page: external text has already been encoded.</summary>
/// <param name="Markup">HTML that is also valid XML.</param>
internal readonly record struct Html(string Markup)
{
    /// <summary>Empty markup.</summary>
    public static Html Empty { get; } = new("");

    /// <summary>
    /// Creates markup from an interpolated string. Literal parts stay unchanged; interpolated values are encoded unless
    /// they are <see cref="Html"/>.
    /// </summary>
    public static Html Of(HtmlHandler markup) => new(markup.ToString());

    /// <summary>Concatenates parts.</summary>
    public static Html Join(params IEnumerable<Html> parts) => new(string.Concat(parts));

    /// <summary>
    /// Encodes text so that no character has a meaning in HTML content or attributes. Characters that HTML does not
    /// allow become U+FFFD.
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

/// <summary>Builds <see cref="Html"/> from interpolated strings, so that text is always encoded.</summary>
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
