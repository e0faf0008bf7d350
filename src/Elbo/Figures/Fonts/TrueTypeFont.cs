using System.Buffers.Binary;

namespace Elbo.Figures.Fonts;

/// <summary>What drawing needs of a TrueType font: characters to glyphs, advances, outlines.</summary>
/// <remarks>
/// OpenType specification, tables head, hhea, maxp, hmtx, cmap (format 4), loca and glyf. Lengths are in font units, y
/// up.
/// </remarks>
internal sealed class TrueTypeFont
{
    private readonly byte[] _file;
    private readonly Dictionary<string, (int Offset, int Length)> _tables = [];
    private readonly Dictionary<char, int> _glyphs = [];
    private readonly bool _longOffsets;
    private readonly int _horizontalMetrics;

    /// <summary>Reads the tables of <paramref name="file"/>, a whole .ttf file.</summary>
    /// <exception cref="InvalidDataException">A needed table is missing or of an unknown form.</exception>
    public TrueTypeFont(string name, byte[] file)
    {
        Name = name;
        _file = file;
        int count = U16(4);
        for (int i = 0; i < count; i++)
        {
            int record = 12 + (16 * i);
            string tag = System.Text.Encoding.ASCII.GetString(file, record, 4);
            _tables[tag] = (I32(record + 8), I32(record + 12));
        }
        int head = Table("head"),
            hhea = Table("hhea");
        UnitsPerEm = U16(head + 18);
        Bounds = (I16(head + 36), I16(head + 38), I16(head + 40), I16(head + 42));
        _longOffsets = U16(head + 50) == 1;
        Ascent = I16(hhea + 4);
        Descent = I16(hhea + 6);
        _horizontalMetrics = U16(hhea + 34);
        GlyphCount = U16(Table("maxp") + 4);
        ReadCharacterMap();
    }

    /// <summary>PostScript name.</summary>
    public string Name { get; }

    /// <summary>The whole file.</summary>
    public ReadOnlyMemory<byte> File => _file;

    /// <summary>Font units in one em.</summary>
    public int UnitsPerEm { get; }

    /// <summary>Height of the line above the baseline.</summary>
    public int Ascent { get; }

    /// <summary>Depth of the line below the baseline, negative.</summary>
    public int Descent { get; }

    /// <summary>Number of glyphs; glyph 0 stands for missing characters.</summary>
    public int GlyphCount { get; }

    /// <summary>The box that holds every glyph.</summary>
    public (int XMin, int YMin, int XMax, int YMax) Bounds { get; }

    /// <summary>The glyph of a character, 0 where the font has none.</summary>
    public int Glyph(char character) => _glyphs.GetValueOrDefault(character);

    /// <summary>How far the pen moves after <paramref name="glyph"/>.</summary>
    public int Advance(int glyph) => U16(Table("hmtx") + (4 * Math.Min(glyph, _horizontalMetrics - 1)));

    /// <summary>Length of <paramref name="text"/> set at <paramref name="size"/>, in the unit of the size.</summary>
    public double Measure(string text, double size)
    {
        long units = 0;
        foreach (char c in text)
            units += Advance(Glyph(c));
        return units * size / UnitsPerEm;
    }

    /// <summary>The glyph's record in table glyf, empty for a blank.</summary>
    public ReadOnlySpan<byte> GlyphData(int glyph)
    {
        int loca = Table("loca");
        int start = _longOffsets ? I32(loca + (4 * glyph)) : 2 * U16(loca + (2 * glyph));
        int end = _longOffsets ? I32(loca + (4 * glyph) + 4) : 2 * U16(loca + (2 * glyph) + 2);
        return _file.AsSpan(Table("glyf") + start, end - start);
    }

    private void ReadCharacterMap()
    {
        int cmap = Table("cmap");
        int subtable = -1;
        for (int i = 0; i < U16(cmap + 2); i++)
        {
            int candidate = cmap + I32(cmap + 4 + (8 * i) + 4);
            if (U16(candidate) == 4)
                subtable = candidate;
        }
        if (subtable < 0)
            throw new InvalidDataException($"{Name}: table cmap at {cmap} has no subtable of format 4.");

        int segments = U16(subtable + 6) / 2;
        int ends = subtable + 14,
            starts = ends + (2 * segments) + 2,
            deltas = starts + (2 * segments),
            ranges = deltas + (2 * segments);
        for (int s = 0; s < segments; s++)
        {
            int first = U16(starts + (2 * s)),
                last = U16(ends + (2 * s)),
                range = U16(ranges + (2 * s));
            for (int code = first; code <= last && code != 0xFFFF; code++)
            {
                int glyph = code;
                if (range != 0)
                    glyph = U16(ranges + (2 * s) + range + (2 * (code - first)));
                if (range == 0 || glyph != 0)
                    glyph = (glyph + U16(deltas + (2 * s))) & 0xFFFF;
                if (glyph != 0)
                    _glyphs[(char)code] = glyph;
            }
        }
    }

    private int Table(string tag) =>
        _tables.TryGetValue(tag, out var table)
            ? table.Offset
            : throw new InvalidDataException($"{Name}: table {tag} is missing; drawing text needs it.");

    private int U16(int offset) => BinaryPrimitives.ReadUInt16BigEndian(_file.AsSpan(offset));

    private int I16(int offset) => BinaryPrimitives.ReadInt16BigEndian(_file.AsSpan(offset));

    private int I32(int offset) => BinaryPrimitives.ReadInt32BigEndian(_file.AsSpan(offset));
}
