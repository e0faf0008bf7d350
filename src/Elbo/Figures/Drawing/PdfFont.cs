using System.Globalization;
using System.Text;
using Elbo.Figures.Fonts;
using Elbo.Formats;

namespace Elbo.Figures.Drawing;

/// <summary>
/// A face embedded in a PDF: text is written as glyph numbers, with a map back to characters for search and copy.
/// </summary>
/// <remarks>ISO 32000-1, sections 9.7.4 (CIDFontType2, Identity-H) and 9.10.3 (ToUnicode).</remarks>
internal sealed class PdfFont(Typeface face, string resource)
{
    private const int LargestMapBlock = 100;

    private readonly SortedDictionary<int, char> _used = [];

    /// <summary>What the page calls it.</summary>
    public string Resource => resource;

    /// <summary>The operand of Tj that shows <paramref name="text"/>.</summary>
    public string Encode(string text)
    {
        var hex = new StringBuilder("<");
        foreach (char c in text)
        {
            int glyph = face.Font.Glyph(c);
            _used.TryAdd(glyph, c);
            hex.Append(glyph.ToString("X4", CultureInfo.InvariantCulture));
        }
        return hex.Append('>').ToString();
    }

    /// <summary>Writes the font's objects and returns the number of the one that pages refer to.</summary>
    public int Embed(PdfFile file)
    {
        var font = face.Font;
        int Em(int units) => (int)Math.Round(1000.0 * units / font.UnitsPerEm);

        int program = file.AddStream($"/Length1 {font.File.Length}", font.File.Span);
        int descriptor = file.Add(
            $"<</Type/FontDescriptor/FontName/{font.Name}/Flags 32/FontBBox[{Em(font.Bounds.XMin)} "
                + $"{Em(font.Bounds.YMin)} {Em(font.Bounds.XMax)} {Em(font.Bounds.YMax)}]"
                + $"/ItalicAngle 0/Ascent {Em(font.Ascent)}/Descent {Em(font.Descent)}/CapHeight 729/StemV "
                + $"80/FontFile2 {program} 0 R>>"
        );
        string widths = string.Concat(_used.Keys.Select(g => $"{g}[{Em(font.Advance(g))}]"));
        int descendant = file.Add(
            $"<</Type/Font/Subtype/CIDFontType2/BaseFont/{font.Name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
                + $"/FontDescriptor {descriptor} 0 R/W[{widths}]/CIDToGIDMap/Identity>>"
        );
        int unicode = file.AddStream("", Encoding.ASCII.GetBytes(UnicodeMap()));
        return file.Add(
            $"<</Type/Font/Subtype/Type0/BaseFont/{font.Name}/Encoding/Identity-H/DescendantFonts[{descendant} 0 "
                + $"R]/ToUnicode {unicode} 0 R>>"
        );
    }

    private string UnicodeMap()
    {
        var map = new StringBuilder(
            "/CIDInit /ProcSet findresource begin\n12 dict "
                + "begin\nbegincmap\n/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
                + "/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n1 "
                + "begincodespacerange\n<0000><FFFF>\nendcodespacerange\n"
        );
        foreach (var block in _used.Chunk(LargestMapBlock))
        {
            map.Append($"{block.Length} beginbfchar\n");
            foreach (var (glyph, character) in block)
                map.Append($"<{glyph:X4}><{(int)character:X4}>\n");
            map.Append("endbfchar\n");
        }
        return map.Append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n").ToString();
    }
}
