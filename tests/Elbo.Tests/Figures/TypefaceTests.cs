using Elbo.Figures.Fonts;

namespace Elbo.Tests.Figures;

public class TypefaceTests
{
    public static TheoryData<bool> Weights => new(false, true);

    [Theory]
    [MemberData(nameof(Weights))]
    public void Labels_of_plots_have_all_their_characters(bool bold) =>
        Assert.All(
            "az AZ 09 −×±·…≥≤≠≈∞√∑∂∇→← μσβαλθεΣΩ ²³ z₀z₁z₂₉ äöüßéñÅ° “”–—",
            c => Assert.True(c == ' ' || Typeface.Of(bold).Font.Glyph(c) > 0, $"'{c}' is missing")
        );

    [Theory]
    [MemberData(nameof(Weights))]
    public void Every_glyph_decodes(bool bold)
    {
        var face = Typeface.Of(bold);
        for (int glyph = 0; glyph < face.Font.GlyphCount; glyph++)
            Assert.All(face.Outlines.Contours(glyph), contour => Assert.NotEmpty(contour));
        Assert.Equal(2, face.Outlines.Contours(face.Font.Glyph('i')).Count);
        Assert.Empty(face.Outlines.Contours(face.Font.Glyph(' ')));
    }

    [Fact]
    public void Widths_are_the_fonts() =>
        Assert.Equal(1303.0 / 2048 * 10 * 2, Typeface.Of(bold: false).Font.Measure("00", 10), 9);

    [Fact]
    public void The_licence_goes_with_the_font()
    {
        using var stream = typeof(Typeface).Assembly.GetManifestResourceStream("Elbo.Fonts.DejaVu-LICENSE.txt");
        Assert.NotNull(stream);
        Assert.Contains(
            "Bitstream Vera Fonts Copyright",
            new StreamReader(stream).ReadToEnd(),
            StringComparison.Ordinal
        );
    }
}
