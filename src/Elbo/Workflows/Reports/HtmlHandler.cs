using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Elbo.Workflows.Reports;

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
