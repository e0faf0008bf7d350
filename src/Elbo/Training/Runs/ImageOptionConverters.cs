using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Elbo.Imaging;

namespace Elbo.Training.Runs;

/// <summary>
/// Image sizes as the command line writes them, <c>64</c> or <c>64x48</c>; in files a side may be a bare number.
/// </summary>
internal sealed class ImageSizeConverter : JsonConverter<ImageSize>
{
    public override ImageSize Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string text =
            reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);
        return ImageSize.TryParse(text, out var size)
            ? size
            : throw new JsonException(
                $"'{text}' is not an image size; give one side, as in 64, or WIDTHxHEIGHT, as in 64x48, each from "
                    + $"1 to {ImageSize.LongestSide}."
            );
    }

    public override void Write(Utf8JsonWriter writer, ImageSize value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>Backgrounds as the command line writes them: <c>white</c>, <c>black</c> or <c>#rrggbb</c>.</summary>
internal sealed class BackgroundColourConverter : JsonConverter<BackgroundColour>
{
    public override BackgroundColour Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string text =
            reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);
        return BackgroundColour.TryParse(text, out var colour)
            ? colour
            : throw new JsonException($"'{text}' is not a colour; {BackgroundColour.Expected}.");
    }

    public override void Write(Utf8JsonWriter writer, BackgroundColour value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
