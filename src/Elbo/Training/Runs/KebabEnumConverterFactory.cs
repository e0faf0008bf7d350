using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Elbo.Training.Runs;

/// <summary>
/// Enumerations as the command line writes them, <c>gaussian-sigma</c>, with a complaint that lists what there is.
/// </summary>
internal sealed class KebabEnumConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            OptionName.Parse<T>(
                reader.TokenType == JsonTokenType.String
                    ? reader.GetString()!
                    : Encoding.UTF8.GetString(reader.ValueSpan),
                static message => new JsonException(message)
            );

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(OptionName.Name(value));
    }
}
