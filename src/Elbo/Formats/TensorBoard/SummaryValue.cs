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
