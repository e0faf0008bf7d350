namespace Elbo.Figures.Fonts;

/// <summary>
/// A font embedded in this assembly: DejaVu Sans, regular or bold, Latin-1, Greek and mathematical signs.
/// </summary>
internal sealed class Typeface
{
    private static readonly Lazy<Typeface> RegularFace = new(() => new Typeface("DejaVuSans"));
    private static readonly Lazy<Typeface> BoldFace = new(() => new Typeface("DejaVuSans-Bold"));

    private Typeface(string name)
    {
        string resource = $"Elbo.Fonts.{name}.ttf";
        using var stream =
            typeof(Typeface).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidDataException($"the assembly carries no resource {resource}.");
        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        Font = new TrueTypeFont(name, file);
        Outlines = new GlyphOutlines(Font);
    }

    /// <summary>The family's name, as documents that do not embed the font refer to it.</summary>
    public static string Family => "DejaVu Sans";

    /// <summary>Metrics and characters.</summary>
    public TrueTypeFont Font { get; }

    /// <summary>Contours of the glyphs.</summary>
    public GlyphOutlines Outlines { get; }

    /// <summary>The face of the weight asked for.</summary>
    public static Typeface Of(bool bold) => bold ? BoldFace.Value : RegularFace.Value;
}
