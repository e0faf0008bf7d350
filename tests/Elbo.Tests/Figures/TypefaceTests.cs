using Elbo.Figures.Drawing;

namespace Elbo.Tests.Figures;

public class TypefaceTests
{
    public static TheoryData<bool> Weights => new(false, true);

    [Theory]
    [MemberData(nameof(Weights))]
    public void Labels_of_plots_have_all_their_characters(bool bold) =>
        Assert.All(
            "az AZ 09 −×±·…≥≤≠≈∞√∑∂∇→← μσβαλθεΣΩ ²³ z₀z₁z₂₉ äöüßéñÅ° “”–—",
            c => Assert.True(Typeface.Of(bold).ContainsGlyph(c), $"'{c}' is missing")
        );

    [Fact]
    public void Widths_are_the_fonts() =>
        Assert.Equal(1303.0 / 2048 * 10 * 2, new TextStyle(10, Rgba.Black).Measure("00"), 4);

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
