using System.Buffers.Binary;
using Elbo.Formats.TensorBoard.Messages;
using Google.Protobuf;

namespace Elbo.Formats.TensorBoard;

/// <summary>Values that TensorBoard shows under a tag at one step.</summary>
internal static class SummaryValue
{
    private const int FloatType = 1;

    /// <summary>A point of a curve.</summary>
    public static Summary.Types.Value Scalar(string tag, double value) =>
        new() { Tag = tag, SimpleValue = (float)value };

    /// <summary>A histogram of values; null if none is finite.</summary>
    public static Summary.Types.Value? Histogram(string tag, ReadOnlySpan<float> values) =>
        ValueHistogram.Of(values) is { } histogram ? new() { Tag = tag, Histo = histogram } : null;

    /// <summary>An image: the bytes of a PNG file, grey or RGB.</summary>
    public static Summary.Types.Value Image(string tag, ReadOnlyMemory<byte> png)
    {
        const int WidthAt = 16,
            HeightAt = 20,
            ColourTypeAt = 25; // all in the first chunk, IHDR
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

    /// <summary>A message to a plugin, without a value.</summary>
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
            // TensorBoard drops a message without a value, so an empty vector is added.
            Tensor = new TensorProto
            {
                Dtype = FloatType,
                TensorShape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim() } },
            },
        };
}

/// <summary>
/// Histogram with buckets whose width is proportional to the values, eight per octave, computed from the bits of a
/// float.
/// </summary>
internal static class ValueHistogram
{
    /// <summary>Bits dropped from the 23-bit fraction of a float; three remain.</summary>
    private const int DroppedBits = 20;

    private const int MagnitudeBits = 0x7fffffff,
        InfinityBits = 0x7f800000;
    private const int Magnitudes = InfinityBits >> DroppedBits;

    /// <summary>
    /// Values more than 2¹² times smaller than the largest share the bucket next to zero. On the linear axis of a
    /// histogram they are less than a line's width from it.
    /// </summary>
    private const int Octaves = 12;

    private const int BucketsPerOctave = 1 << (23 - DroppedBits);

    /// <summary>Computes the histogram of the finite values; null if there are none.</summary>
    public static HistogramProto? Of(ReadOnlySpan<float> values)
    {
        // Indices below the middle are for negative values, the largest magnitude first.
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
            // A bucket includes its lower end and excludes its upper one; for negative values the upper end is the one
            // nearer to zero.
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

    /// <summary>
    /// Adds the buckets between the outermost non-empty ones, with those next to zero merged into one.
    /// </summary>
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

    /// <summary>The lower end of a bucket, by its index relative to the bucket that starts at zero.</summary>
    private static double Limit(int bucket) => Math.CopySign(Magnitude(Math.Abs(bucket)), bucket);

    private static double Magnitude(int bucket) =>
        bucket == Magnitudes ? (double)float.MaxValue : BitConverter.Int32BitsToSingle(bucket << DroppedBits);
}
