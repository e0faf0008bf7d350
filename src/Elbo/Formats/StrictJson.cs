using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Elbo.Formats;

/// <summary>Parses the JSON of files and of their metadata, completely and at once.</summary>
/// <remarks>
/// <see cref="JsonNode"/> and <see cref="JsonSerializer"/> decode a text only when it is read, and throw then if it has
/// half of a surrogate pair, such as <c>\ud800</c>. They accept names that occur twice. Here both are errors that name
/// the line, as are syntax errors and more than 64 levels. Comments and trailing commas are allowed.
/// </remarks>
internal static class StrictJson
{
    private const int MostLevels = 64;

    private const string HalfPair = "half of a surrogate pair is not a character; write both halves, or the character.";

    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = MostLevels,
    };

    /// <summary>Parses an object.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="source">Where it is from; messages begin with it.</param>
    /// <param name="content">What the object should have, for messages.</param>
    /// <exception cref="InvalidDataException">The text is not valid JSON, or not an object.</exception>
    public static JsonObject ParseObject(string text, string source, string content = "options")
    {
        Check(text, source);
        return JsonNode.Parse(text, documentOptions: Lenient) as JsonObject
            ?? throw new InvalidDataException($"{source} does not hold a JSON object of {content}.");
    }

    /// <summary>Checks a text that generated code then converts to an object.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="InvalidDataException">The text is not valid JSON.</exception>
    public static string Check(string text, string source)
    {
        byte[] json = Encode(text, source);
        var reader = new Utf8JsonReader(
            json,
            new JsonReaderOptions
            {
                CommentHandling = Lenient.CommentHandling,
                AllowTrailingCommas = Lenient.AllowTrailingCommas,
                MaxDepth = MostLevels,
            }
        );
        var names = new Stack<HashSet<string>>();
        try
        {
            while (reader.Read())
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        names.Push([]);
                        break;
                    case JsonTokenType.EndObject:
                        names.Pop();
                        break;
                    case JsonTokenType.PropertyName when !names.Peek().Add(reader.GetString()!):
                        throw Fault($"the name '{reader.GetString()}' occurs twice.", reader.TokenStartIndex);
                    case JsonTokenType.String:
                        reader.GetString();
                        break;
                }
            return text;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"{source} is not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.",
                e
            );
        }
        catch (InvalidOperationException e)
        {
            throw Fault(HalfPair, reader.TokenStartIndex, e);
        }

        InvalidDataException Fault(string what, long position, Exception? cause = null)
        {
            var before = json.AsSpan(0, (int)position);
            return new InvalidDataException(
                $"{source}: line {before.Count((byte)'\n') + 1}, byte {before.Length - before.LastIndexOf((byte)'\n')}: "
                    + what,
                cause
            );
        }
    }

    private static byte[] Encode(string text, string source)
    {
        try
        {
            return RegularFile.StrictUtf8.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new InvalidDataException($"{source}: {HalfPair}", e);
        }
    }
}
