using System.Numerics;

namespace Elbo.Imaging;

/// <summary>The meaning of the samples in a decoder's rows.</summary>
/// <param name="Samples">Number of samples per pixel, used or not.</param>
/// <param name="Channels">Number of leading samples that are intensities: 1 for grey, 3 for RGB.</param>
/// <param name="Alpha">Index of the opacity sample; −1 for none.</param>
/// <param name="Highest">The sample value of full intensity or opacity: 255 or 65535.</param>
/// <param name="GreyIfAllGrey">Whether RGB becomes grey if all pixels are grey, as for files with a palette.</param>
internal readonly record struct PixelLayout(
    int Samples,
    int Channels,
    int Alpha = -1,
    int Highest = byte.MaxValue,
    bool GreyIfAllGrey = false
);

/// <summary>
/// Builds the upright 8-bit image from rows as they are stored, top to bottom. It blends transparent pixels with the
/// background, scales 16-bit samples, and averages blocks of pixels if the image is reduced.
/// </summary>
/// <remarks>
/// The arithmetic uses stored values. As in PIL and torchvision, neither gamma nor colour profiles are applied.
/// </remarks>
internal sealed class RowComposer
{
    private readonly PixelLayout _layout;
    private readonly int _width;
    private readonly int _reduction;
    private readonly int _white;
    private readonly int _outWidth;
    private readonly int _outHeight;
    private readonly int _channels;
    private readonly Orientation _orientation;
    private readonly byte[] _background;
    private readonly byte[] _row;
    private readonly int[] _sums;
    private readonly byte[] _pixels;
    private int _rowsInSums;
    private int _y;
    private long _opacity;
    private long _visibleLuma;
    private bool _transparent;
    private int _highest;

    /// <summary>Creates a composer without rows.</summary>
    /// <param name="width">Stored width.</param>
    /// <param name="height">Stored height.</param>
    /// <param name="layout">Meaning of the samples.</param>
    /// <param name="orientation">Orientation of the stored rows.</param>
    /// <param name="options">Background and white level.</param>
    /// <param name="reduction">Side of the square of pixels that is averaged to one pixel.</param>
    public RowComposer(
        int width,
        int height,
        PixelLayout layout,
        Orientation orientation,
        DecodeOptions options,
        int reduction = 1
    )
    {
        (_width, _layout, _orientation, _reduction) = (width, layout, orientation, reduction);
        _white = layout.Highest == ushort.MaxValue ? options.White16 : layout.Highest;
        var background = options.Background;
        bool coloured = layout.Alpha >= 0 && (background.Red != background.Green || background.Red != background.Blue);
        _channels = coloured ? 3 : layout.Channels;
        _background = [.. Enumerable.Range(0, _channels).Select(c => background[c, _channels])];
        (_outWidth, _outHeight) = ((width + reduction - 1) / reduction, (height + reduction - 1) / reduction);
        _row = new byte[width * _channels];
        _sums = new int[reduction == 1 ? 0 : _outWidth * _channels];
        _pixels = new byte[checked(_outWidth * _outHeight * _channels)];
        _highest = layout.Highest == ushort.MaxValue ? 0 : -1;
    }

    /// <summary>Adds the next row.</summary>
    public void Add<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (_layout.Alpha >= 0 || _layout.Highest != byte.MaxValue)
            Compose(row);
        else if (_channels == _layout.Samples)
            for (int i = 0; i < _row.Length; i++)
                _row[i] = byte.CreateTruncating(row[i]);
        else
            for (int x = 0, at = 0; x < _width; x++)
            for (int c = 0; c < _channels; c++)
                _row[at++] = byte.CreateTruncating(row[(x * _layout.Samples) + c]);
        if (_reduction == 1)
            Place(_row);
        else
            Accumulate();
    }

    /// <summary>Returns the image and its properties.</summary>
    public (DecodedImage Image, DecodeFindings Findings) Finish()
    {
        if (_rowsInSums > 0)
            PlaceMeans();
        if (_y != _outHeight)
            throw new InvalidOperationException($"got {_y} rows; the image has {_outHeight}.");
        var (width, height) = _orientation.Turn(_outWidth, _outHeight);
        var image =
            _layout.GreyIfAllGrey && _channels == 3 && IsGrey()
                ? new DecodedImage(width, height, 1, [.. _pixels.Where((_, i) => i % 3 == 0)])
                : new DecodedImage(width, height, _channels, _pixels);
        return (
            image,
            new DecodeFindings(_transparent, _transparent ? _opacity : 0, _transparent ? _visibleLuma : 0, _highest)
        );
    }

    private void Compose<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryInteger<T>
    {
        long highest = _layout.Highest,
            white = _white,
            whole = white * highest;
        Span<int> pixel = stackalloc int[3];
        for (int x = 0, at = 0; x < _width; x++)
        {
            var samples = row.Slice(x * _layout.Samples, _layout.Samples);
            int alpha = _layout.Alpha < 0 ? _layout.Highest : int.CreateTruncating(samples[_layout.Alpha]);
            for (int c = 0; c < 3; c++)
            {
                int value = int.CreateTruncating(samples[_layout.Channels == 1 ? 0 : c]);
                if (value > _highest && _highest >= 0)
                    _highest = value;
                pixel[c] = Math.Min(value, _white);
            }
            if (_layout.Alpha >= 0)
                Weigh(pixel, alpha);
            for (int c = 0; c < _channels; c++)
            {
                // 255 · value/white · alpha/highest + background · (1 − alpha/highest), rounded to the nearest integer.
                long under = _background[c] * white * (highest - alpha);
                _row[at++] = (byte)(((255L * pixel[c] * alpha) + under + (whole / 2)) / whole);
            }
        }
    }

    private void Weigh(ReadOnlySpan<int> pixel, int alpha)
    {
        _transparent |= alpha != _layout.Highest;
        long luma = (299L * pixel[0]) + (587L * pixel[1]) + (114L * pixel[2]); // luma of white is 1000 · white
        long opacity = 255L * alpha / _layout.Highest;
        _opacity += opacity;
        _visibleLuma += opacity * (255 * luma / (1000L * _white));
    }

    private void Accumulate()
    {
        for (int x = 0, at = 0; x < _width; x++)
        for (int c = 0; c < _channels; c++)
            _sums[(x / _reduction * _channels) + c] += _row[at++];
        if (++_rowsInSums == _reduction)
            PlaceMeans();
    }

    private void PlaceMeans()
    {
        for (int x = 0; x < _outWidth; x++)
        {
            int count = _rowsInSums * Math.Min(_reduction, _width - (x * _reduction));
            for (int c = 0; c < _channels; c++)
                _row[(x * _channels) + c] = (byte)((_sums[(x * _channels) + c] + (count / 2)) / count);
        }
        Array.Clear(_sums);
        _rowsInSums = 0;
        Place(_row.AsSpan(0, _outWidth * _channels));
    }

    /// <summary>Copies a finished row to its place in the upright image.</summary>
    private void Place(ReadOnlySpan<byte> row)
    {
        int y = _y++;
        if (_orientation.Exif == 1)
        {
            row.CopyTo(_pixels.AsSpan(y * row.Length));
            return;
        }
        int start = _orientation.Index(0, y, _outWidth, _outHeight) * _channels;
        int step = _outWidth == 1 ? 0 : (_orientation.Index(1, y, _outWidth, _outHeight) * _channels) - start;
        for (int x = 0; x < _outWidth; x++)
            row.Slice(x * _channels, _channels).CopyTo(_pixels.AsSpan(start + (x * step)));
    }

    private bool IsGrey()
    {
        for (int i = 0; i < _pixels.Length; i += 3)
            if (_pixels[i] != _pixels[i + 1] || _pixels[i] != _pixels[i + 2])
                return false;
        return true;
    }
}
