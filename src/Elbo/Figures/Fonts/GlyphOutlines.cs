using System.Buffers.Binary;

namespace Elbo.Figures.Fonts;

/// <summary>Decodes simple and composite glyphs into closed contours.</summary>
/// <remarks>OpenType specification, table glyf.</remarks>
internal sealed class GlyphOutlines(TrueTypeFont font)
{
    private const int RepeatFlag = 8;
    private const int MaximumNesting = 8;

    private readonly Dictionary<int, IReadOnlyList<OutlinePoint[]>> _cache = [];

    /// <summary>The contours of <paramref name="glyph"/>; none for a blank.</summary>
    public IReadOnlyList<OutlinePoint[]> Contours(int glyph)
    {
        lock (_cache)
        {
            if (!_cache.TryGetValue(glyph, out var contours))
                _cache[glyph] = contours = Decode(glyph, 0);
            return contours;
        }
    }

    private List<OutlinePoint[]> Decode(int glyph, int nesting)
    {
        var data = font.GlyphData(glyph);
        if (data.Length == 0)
            return [];
        if (nesting > MaximumNesting)
            throw new InvalidDataException(
                $"{font.Name}: glyph {glyph} nests deeper than {MaximumNesting} composites."
            );
        int contours = I16(data, 0);
        return contours >= 0 ? DecodeSimple(data, contours) : DecodeComposite(data, nesting);
    }

    private static List<OutlinePoint[]> DecodeSimple(ReadOnlySpan<byte> data, int contours)
    {
        if (contours == 0)
            return [];
        int points = I16(data, 10 + (2 * (contours - 1))) + 1;
        int at = 10 + (2 * contours);
        at += 2 + I16(data, at); // the hinting program
        var flags = new byte[points];
        for (int i = 0; i < points; )
        {
            byte flag = data[at++];
            int repeats = (flag & RepeatFlag) != 0 ? data[at++] + 1 : 1;
            flags.AsSpan(i, repeats).Fill(flag);
            i += repeats;
        }
        int[] xs = Coordinates(data, ref at, flags, shortFlag: 2, sameFlag: 16);
        int[] ys = Coordinates(data, ref at, flags, shortFlag: 4, sameFlag: 32);

        var outline = new List<OutlinePoint[]>(contours);
        int start = 0;
        for (int c = 0; c < contours; c++)
        {
            int end = I16(data, 10 + (2 * c));
            var contour = new OutlinePoint[end - start + 1];
            for (int i = 0; i < contour.Length; i++)
                contour[i] = new OutlinePoint(xs[start + i], ys[start + i], (flags[start + i] & 1) != 0);
            outline.Add(contour);
            start = end + 1;
        }
        return outline;
    }

    private static int[] Coordinates(ReadOnlySpan<byte> data, ref int at, byte[] flags, int shortFlag, int sameFlag)
    {
        var values = new int[flags.Length];
        int value = 0;
        for (int i = 0; i < flags.Length; i++)
        {
            bool same = (flags[i] & sameFlag) != 0;
            if ((flags[i] & shortFlag) != 0)
                value += same ? data[at++] : -data[at++];
            else if (!same)
            {
                value += I16(data, at);
                at += 2;
            }
            values[i] = value;
        }
        return values;
    }

    private List<OutlinePoint[]> DecodeComposite(ReadOnlySpan<byte> data, int nesting)
    {
        var outline = new List<OutlinePoint[]>();
        int at = 10;
        int flags;
        do
        {
            flags = U16(data, at);
            int part = U16(data, at + 2);
            at += 4;
            bool words = (flags & 1) != 0,
                offsets = (flags & 2) != 0;
            int dx = words ? I16(data, at) : (sbyte)data[at];
            int dy = words ? I16(data, at + 2) : (sbyte)data[at + 1];
            at += words ? 4 : 2;
            if (!offsets)
                throw new InvalidDataException(
                    $"{font.Name}: a composite glyph aligns points of its parts; only offsets are read."
                );

            double xx = 1,
                xy = 0,
                yx = 0,
                yy = 1;
            if ((flags & 8) != 0)
            {
                xx = yy = Fraction(data, at);
                at += 2;
            }
            else if ((flags & 64) != 0)
            {
                xx = Fraction(data, at);
                yy = Fraction(data, at + 2);
                at += 4;
            }
            else if ((flags & 128) != 0)
            {
                (xx, xy, yx, yy) = (
                    Fraction(data, at),
                    Fraction(data, at + 2),
                    Fraction(data, at + 4),
                    Fraction(data, at + 6)
                );
                at += 8;
            }
            foreach (var contour in Decode(part, nesting + 1))
                outline.Add([
                    .. contour.Select(p => new OutlinePoint(
                        (xx * p.X) + (yx * p.Y) + dx,
                        (xy * p.X) + (yy * p.Y) + dy,
                        p.OnCurve
                    )),
                ]);
        } while ((flags & 32) != 0);
        return outline;
    }

    private static double Fraction(ReadOnlySpan<byte> data, int at) => I16(data, at) / 16384.0;

    private static int I16(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadInt16BigEndian(data[at..]);

    private static int U16(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt16BigEndian(data[at..]);
}
