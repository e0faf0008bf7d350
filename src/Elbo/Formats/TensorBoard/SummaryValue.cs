using System.Buffers.Binary;
using Elbo.Formats.TensorBoard.Messages;
using Google.Protobuf;

namespace Elbo.Formats.TensorBoard;

/// <summary>What TensorBoard shows under a tag, at one step.</summary>
internal static class SummaryValue
{
    private const int FloatType = 1;

    /// <summary>A point of a curve.</summary>
    public static Summary.Types.Value Scalar(string tag, double value) =>
        new() { Tag = tag, SimpleValue = (float)value };

    /// <summary>How values are distributed; null where none is finite.</summary>
    public static Summary.Types.Value? Histogram(string tag, ReadOnlySpan<float> values) =>
        ValueHistogram.Of(values) is { } histogram ? new() { Tag = tag, Histo = histogram } : null;

    /// <summary>A picture, the bytes of a PNG file, grey or RGB.</summary>
    public static Summary.Types.Value Image(string tag, ReadOnlyMemory<byte> png)
    {
        const int WidthAt = 16,
            HeightAt = 20,
            ColourTypeAt = 25; // all in IHDR, which comes first
        return new()
        {
            Tag = tag,
            Image = new Summary.Types.Image
            {
                Width = BinaryPrimitives.ReadInt32BigEndian(png.Span[WidthAt..]),
                Height = BinaryPrimitives.ReadInt32BigEndian(png.Span[HeightAt..]),
                Colorspace = png.Span[ColourTypeAt] == 0 ? 1 : 3,
                EncodedImageString = ByteString.CopyFrom(png.Span),
            },
        };
    }

    /// <summary>A message to a plugin, which needs no value.</summary>
    public static Summary.Types.Value ToPlugin(string tag, string plugin, IMessage message) =>
        new()
        {
            Tag = tag,
            Metadata = new SummaryMetadata
            {
                PluginData = new SummaryMetadata.Types.PluginData
                {
                    PluginName = plugin,
                    Content = message.ToByteString(),
                },
            },
            // Without a value, TensorBoard would not keep the message: an empty vector.
            Tensor = new TensorProto
            {
                Dtype = FloatType,
                TensorShape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim() } },
            },
        };
}

/// <summary>
/// Counts of values in buckets that get wider in proportion to the values, eight an octave, as the bits of a float tell
/// them.
/// </summary>
internal static class ValueHistogram
{
    /// <summary>Of the 23 bits of a float's fraction, three stay.</summary>
    private const int DroppedBits = 20;

    private const int MagnitudeBits = 0x7fffffff,
        InfinityBits = 0x7f800000;
    private const int Magnitudes = InfinityBits >> DroppedBits;

    /// <summary>
    /// A value is next to zero when it is 2¹² times smaller than the largest: histograms have linear axes, where that
    /// is less than a line's width.
    /// </summary>
    private const int Octaves = 12;

    private const int BucketsPerOctave = 1 << (23 - DroppedBits);

    /// <summary>The histogram of what is finite of the values; null where nothing is.</summary>
    public static HistogramProto? Of(ReadOnlySpan<float> values)
    {
        // Below the middle are negative values, the largest first.
        long[] counts = new long[2 * Magnitudes];
        double sum = 0,
            squares = 0;
        float least = float.PositiveInfinity,
            greatest = float.NegativeInfinity;
        foreach (float value in values)
        {
            int bits = BitConverter.SingleToInt32Bits(value),
                magnitude = bits & MagnitudeBits;
            if (magnitude >= InfinityBits)
                continue;
            // A bucket has its lower end and lacks its upper one, which for negative values is the one nearer to zero.
            counts[
                bits >= 0 || magnitude == 0
                    ? Magnitudes + (magnitude >> DroppedBits)
                    : Magnitudes - 1 - ((magnitude - 1) >> DroppedBits)
            ]++;
            sum += value;
            squares += (double)value * value;
            if (value < least)
                least = value;
            if (value > greatest)
                greatest = value;
        }
        if (least > greatest)
            return null;
        var histogram = new HistogramProto
        {
            Min = least,
            Max = greatest,
            Sum = sum,
            SumSquares = squares,
        };
        AddBuckets(histogram, counts);
        histogram.Num = histogram.Bucket.Sum();
        return histogram;
    }

    /// <summary>The buckets between the outermost ones that have values, those next to zero as one.</summary>
    private static void AddBuckets(HistogramProto histogram, long[] counts)
    {
        int first = Array.FindIndex(counts, count => count > 0),
            last = Array.FindLastIndex(counts, count => count > 0);
        int largest = Math.Max(Magnitudes - 1 - first, last - Magnitudes);
        int small = Math.Max(0, largest - (Octaves * BucketsPerOctave));
        for (int bucket = first; bucket <= last; bucket++)
        {
            long count = counts[bucket];
            if (Math.Abs((2 * (bucket - Magnitudes)) + 1) < 2 * small)
            {
                int end = Math.Min(last, Magnitudes + small - 1);
                while (bucket < end)
                    count += counts[++bucket];
            }
            histogram.BucketLimit.Add(Limit(bucket + 1 - Magnitudes));
            histogram.Bucket.Add(count);
        }
    }

    /// <summary>Where a bucket begins, counted from the one that begins at zero.</summary>
    private static double Limit(int bucket) => Math.CopySign(Magnitude(Math.Abs(bucket)), bucket);

    private static double Magnitude(int bucket) =>
        bucket == Magnitudes ? (double)float.MaxValue : BitConverter.Int32BitsToSingle(bucket << DroppedBits);
}
