using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Elbo.Options;

/// <summary>Conversions of values of type <typeparamref name="T"/> to and from JSON and text.</summary>
/// <param name="Kind">Type of the value in help.</param>
/// <param name="Write">Converts a value to JSON.</param>
/// <param name="Read">Converts JSON to a value. Errors name the option.</param>
/// <param name="Parse">Converts text to JSON. Errors name the option.</param>
internal sealed record OptionFormat<T>(
    OptionKind Kind,
    Func<T, JsonNode> Write,
    Func<string, JsonNode?, T> Read,
    Func<OptionDescriptor, string, JsonNode> Parse
)
{
    /// <summary>What is wrong with a value that the type allows, after the option's name; null if nothing is.</summary>
    public Func<T, string?> Fault { get; init; } = _ => null;
}

/// <summary>The formats of all types of options. None uses reflection, which single-file programs disable.</summary>
internal static class OptionFormat
{
    public static OptionFormat<int> WholeNumber { get; } = Whole<int>(v => JsonValue.Create(v), "a whole number");

    /// <summary>64-bit integers, for seeds.</summary>
    public static OptionFormat<ulong> Unsigned { get; } =
        Whole<ulong>(v => JsonValue.Create(v), "a whole number, 0 or more,");

    public static OptionFormat<float> Single { get; } = Real<float>(v => JsonValue.Create(v));

    public static OptionFormat<double> Double { get; } = Real<double>(v => JsonValue.Create(v));

    /// <summary>A number, or <paramref name="word"/>, which is represented as a string.</summary>
    public static OptionFormat<object> SingleOr(string word)
    {
        string need = $"a number or '{word}'";
        return new(
            OptionKind.Number,
            v => v is float number ? Single.Write(number) : JsonValue.Create(word),
            (name, node) =>
                node is JsonValue value && value.TryGetValue(out string? text) && text == word ? word
                : node?.GetValueKind() == JsonValueKind.Number ? Single.Read(name, node)
                : throw Wrong(name, node, need),
            (option, text) =>
                text.Equals(word, StringComparison.OrdinalIgnoreCase) ? JsonValue.Create(word)
                : float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number)
                && float.IsFinite(number)
                    ? Single.Write(number)
                : throw new ArgumentException($"{option.Name} is '{text}'; it must be {need}")
        );
    }

    public static OptionFormat<bool> Flag { get; } =
        new(
            OptionKind.Flag,
            v => JsonValue.Create(v),
            (name, node) =>
                node is JsonValue value && value.TryGetValue(out bool on)
                    ? on
                    : throw Wrong(name, node, "true or false"),
            (option, text) =>
                bool.TryParse(text, out bool on)
                    ? JsonValue.Create(on)
                    : throw new ArgumentException($"{option.Name} is '{text}'; it must be true or false")
        );

    public static OptionFormat<string> Text { get; } =
        new(OptionKind.Text, v => JsonValue.Create(v), ReadText, (_, text) => JsonValue.Create(text));

    /// <summary>The kind of a device. Whether the machine has one shows when it is used.</summary>
    public static OptionFormat<string> Device { get; } =
        new(
            OptionKind.Text,
            v => JsonValue.Create(v),
            ReadText,
            (option, text) =>
                DeviceFault(text) is { } fault
                    ? throw new ArgumentException($"{option.Name} {fault}")
                    : JsonValue.Create(text)
        )
        {
            Fault = DeviceFault,
        };

    public static OptionFormat<string> Folder { get; } =
        new(
            OptionKind.Folder,
            v => JsonValue.Create(v),
            ReadText,
            (option, text) =>
                text.Length > 0
                    ? JsonValue.Create(Path.GetFullPath(text))
                    : throw new ArgumentException($"{option.Name} is empty; give a folder.")
        );

    public static OptionFormat<IReadOnlyList<int>> WholeNumbers { get; } =
        new(
            OptionKind.WholeNumbers,
            list => new JsonArray([.. list.Select(v => (JsonNode)JsonValue.Create(v))]),
            (name, node) =>
                node is JsonArray list
                && list.Select(v => TryRead(v, out int number) ? number : (int?)null).ToArray() is var read
                && !read.Contains(null)
                    ? [.. read.Select(v => v!.Value)]
                    : throw Wrong(name, node, "a list of whole numbers"),
            (option, text) => new JsonArray([.. text.Split(',').Select(part => (JsonNode)ParseWhole(option, part))])
        );

    public static OptionFormat<IReadOnlyList<string>> Texts { get; } =
        new(
            OptionKind.Names,
            list => new JsonArray([.. list.Select(v => (JsonNode)JsonValue.Create(v))]),
            (name, node) =>
                node is JsonArray list
                    ? [.. list.Select(v => ReadText(name, v))]
                    : throw Wrong(name, node, "a list of names"),
            (_, text) => Split(text)
        )
        {
            Fault = list =>
                list.Contains(null) ? "has a name that is null; give every name, or leave the entry out." : null,
        };

    /// <summary>Members of an enumeration, by name.</summary>
    public static OptionFormat<T> Member<T>()
        where T : struct, Enum =>
        new(
            OptionKind.Name,
            v => JsonValue.Create(OptionName.Name(v)),
            ReadMember<T>,
            (option, text) =>
            {
                JsonNode value = JsonValue.Create(text);
                ReadMember<T>(option.Name, value);
                return value;
            }
        )
        {
            Fault = UndefinedMember,
        };

    /// <summary>Lists of members of an enumeration.</summary>
    public static OptionFormat<IReadOnlyList<T>> Members<T>()
        where T : struct, Enum =>
        new(
            OptionKind.Names,
            list => new JsonArray([.. list.Select(v => (JsonNode)JsonValue.Create(OptionName.Name(v)))]),
            (name, node) =>
                node is JsonArray list
                    ? [.. list.Select(v => ReadMember<T>(name, v))]
                    : throw Wrong(name, node, "a list of names"),
            (option, text) =>
            {
                var list = Split(text);
                foreach (var item in list)
                    ReadMember<T>(option.Name, item);
                return list;
            }
        )
        {
            Fault = list => list.Select(UndefinedMember).FirstOrDefault(fault => fault is not null),
        };

    /// <summary>Values with a text form. In JSON, a bare number is read as its text.</summary>
    /// <param name="parse">Parses a text. It throws a <see cref="FormatException"/> that describes the error.</param>
    public static OptionFormat<T> Of<T>(Func<string, T> parse)
        where T : notnull =>
        new(
            OptionKind.Text,
            v => JsonValue.Create(v.ToString())!,
            (name, node) => Parsed(name, Shown(node), parse),
            (option, text) =>
            {
                Parsed(option.Name, text, parse);
                return JsonValue.Create(text);
            }
        );

    private static JsonArray Split(string text) =>
        new([.. text.Split(',', StringSplitOptions.TrimEntries).Select(part => (JsonNode)JsonValue.Create(part))]);

    private static T Parsed<T>(string name, string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (FormatException e)
        {
            throw new ArgumentException($"{name}: {e.Message}", e);
        }
    }

    private static string? DeviceFault(string kind)
    {
        string[] parts = kind.Split(':', 2);
        bool known =
            parts is ["cpu" or "cuda" or "emulated" or "auto"]
            || parts is ["cuda", var number]
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return known ? null : $"is '{kind}'; it must be cpu, cuda, cuda:N with a number from 0, or auto.";
    }

    private static OptionFormat<T> Whole<T>(Func<T, JsonNode> write, string need)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> =>
        new(
            OptionKind.WholeNumber,
            write,
            (name, node) => TryRead(node, out T value) ? value : throw Wrong(name, node, need),
            (option, text) =>
                T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                    ? write(value)
                    : throw new ArgumentException(
                        $"{option.Name} is '{text}'; it must be a whole number "
                            + (T.IsZero(T.MinValue) ? $"from 0 to {T.MaxValue}" : $"of at most {T.MaxValue}")
                    )
        );

    private static OptionFormat<T> Real<T>(Func<T, JsonNode> write)
        where T : struct, IFloatingPointIeee754<T> =>
        new(
            OptionKind.Number,
            write,
            (name, node) =>
                node?.GetValueKind() == JsonValueKind.Number
                && T.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                    ? value
                    : throw Wrong(name, node, "a number"),
            (option, text) =>
                T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && T.IsFinite(value)
                    ? write(value)
                    : throw new ArgumentException($"{option.Name} is '{text}'; it must be a number")
        );

    /// <summary>Reads an integer from a JSON number of any .NET type. 1.5 and 1e3 are rejected.</summary>
    private static bool TryRead<T>(JsonNode? node, out T value)
        where T : struct, IBinaryInteger<T>
    {
        value = default;
        return node?.GetValueKind() == JsonValueKind.Number
            && T.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    private static JsonValue ParseWhole(OptionDescriptor option, string text) =>
        int.TryParse(
            text,
            NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture,
            out int number
        )
            ? JsonValue.Create(number)
            : throw new ArgumentException(
                $"{option.Name}: '{text}' is not a whole number; give them with commas, as in {option.Example}."
            );

    private static string ReadText(string name, JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : throw Wrong(name, node, "a text");

    private static string? UndefinedMember<T>(T value)
        where T : struct, Enum =>
        Enum.IsDefined(value) ? null : $"is {value:D}; it must be one of {string.Join(", ", OptionName.Names<T>())}.";

    private static T ReadMember<T>(string name, JsonNode? node)
        where T : struct, Enum =>
        OptionName.Parse<T>(Shown(node), message => new ArgumentException($"{name}: {message}"));

    /// <summary>A text without quotation marks, and anything else as JSON.</summary>
    private static string Shown(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : node?.ToJsonString() ?? "null";

    private static ArgumentException Wrong(string name, JsonNode? node, string need) =>
        new(OptionDescriptor.WrongType(name, node, need));
}
