using BitMiracle.LibTiff.Classic;

namespace Elbo.Imaging;

/// <summary>Converts the samples of a TIFF page to grey or RGB intensities, with opacity if there is one.</summary>
internal sealed class TiffColours
{
    private readonly int _width;
    private readonly int _samples;
    private readonly int _top;
    private readonly Photometric _kind;
    private readonly bool _associated;
    private readonly ushort[][] _palette = [];
    private readonly ushort[] _row;

    /// <summary>Reads the meaning of the samples.</summary>
    /// <exception cref="InvalidDataException">The samples are not grey, RGB, a palette or CMYK.</exception>
    public TiffColours(Tiff tiff, TiffPage page)
    {
        (_width, _samples, _top) = (page.Width, page.Samples, (1 << page.Bits) - 1);
        _kind = (Photometric)TiffPage.Number(tiff, TiffTag.PHOTOMETRIC);
        var compression = (Compression)TiffPage.Number(tiff, TiffTag.COMPRESSION);
        if (_kind == Photometric.YCBCR && compression == Compression.JPEG && !page.Apart)
            _kind = Photometric.RGB; // LibTiff converts it
        int colours = _kind switch
        {
            Photometric.MINISWHITE or Photometric.MINISBLACK or Photometric.PALETTE => 1,
            Photometric.RGB => 3,
            Photometric.SEPARATED when TiffPage.Number(tiff, TiffTag.INKSET) == (int)InkSet.CMYK => 4,
            _ => throw new InvalidDataException(
                $"found a TIFF of the colour space {_kind}, compression {compression}; expected grey, RGB, a palette "
                    + "or CMYK. Save it as RGB."
            ),
        };
        if (_samples < colours)
            throw TiffDecoder.Damaged($"it has {_samples} samples per pixel; the colour space {_kind} needs {colours}");
        if (_kind == Photometric.PALETTE)
            _palette = Palette(tiff, 1 << page.Bits);
        var extra = tiff.GetField(TiffTag.EXTRASAMPLES) is [_, var kinds, ..] ? kinds.ToShortArray() : null;
        var first = extra is [var one, ..] ? (ExtraSample)one : ExtraSample.UNSPECIFIED;
        bool alpha =
            _samples > colours
            && _kind != Photometric.PALETTE
            && first is (ExtraSample.ASSOCALPHA or ExtraSample.UNASSALPHA);
        _associated = alpha && first == ExtraSample.ASSOCALPHA;
        int channels = _kind is Photometric.MINISWHITE or Photometric.MINISBLACK ? 1 : 3;
        Layout = new PixelLayout(
            channels + (alpha ? 1 : 0),
            channels,
            alpha ? channels : -1,
            page.Bits == 16 && _kind != Photometric.PALETTE ? ushort.MaxValue : byte.MaxValue,
            GreyIfAllGrey: _kind == Photometric.PALETTE
        );
        _row = new ushort[_width * Layout.Samples];
    }

    /// <summary>Meaning of the samples of a converted row.</summary>
    public PixelLayout Layout { get; }

    /// <summary>Converts a row. The next call overwrites the result.</summary>
    public ReadOnlySpan<ushort> Convert(ReadOnlySpan<ushort> samples)
    {
        int alphaAt = _kind == Photometric.SEPARATED ? 4 : Layout.Channels;
        for (int x = 0; x < _width; x++)
        {
            var from = samples.Slice(x * _samples, _samples);
            var to = _row.AsSpan(x * Layout.Samples, Layout.Samples);
            for (int c = 0; c < Layout.Channels; c++)
                to[c] = Scale(Intensity(from, c));
            if (Layout.Alpha < 0)
                continue;
            int alpha = from[alphaAt];
            to[Layout.Alpha] = Scale(alpha);
            for (int c = 0; c < Layout.Channels && _associated; c++)
                to[c] = (ushort)(
                    alpha == 0 ? 0 : Math.Min(Layout.Highest, ((to[c] * (long)_top) + (alpha / 2)) / alpha)
                );
        }
        return _row;
    }

    private int Intensity(ReadOnlySpan<ushort> from, int channel) =>
        _kind switch
        {
            Photometric.MINISWHITE => _top - from[0],
            Photometric.PALETTE => _palette[channel][from[0]],
            Photometric.SEPARATED => (int)((((long)(_top - from[channel]) * (_top - from[3])) + (_top / 2)) / _top),
            _ => from[channel],
        };

    /// <summary>Scales samples of 1, 2 and 4 bits to 0–255. Palette colours already have this range.</summary>
    private ushort Scale(int value) =>
        (ushort)(_top >= byte.MaxValue || _kind == Photometric.PALETTE ? value : value * byte.MaxValue / _top);

    /// <summary>
    /// Red, green and blue of every palette index, 0–255. They are stored in 16 bits; some programs store 0–255 in
    /// them.
    /// </summary>
    private static ushort[][] Palette(Tiff tiff, int entries)
    {
        if (tiff.GetField(TiffTag.COLORMAP) is not [var red, var green, var blue])
            throw TiffDecoder.Damaged("it has no palette");
        short[][] stored = [red.ToShortArray(), green.ToShortArray(), blue.ToShortArray()];
        if (stored.Any(channel => channel is null || channel.Length < entries))
            throw TiffDecoder.Damaged($"its palette has fewer than {entries} colours");
        int shift = stored.All(channel => channel.All(value => (ushort)value <= byte.MaxValue)) ? 0 : 8;
        return [.. stored.Select(channel => channel.Select(value => (ushort)((ushort)value >> shift)).ToArray())];
    }
}
