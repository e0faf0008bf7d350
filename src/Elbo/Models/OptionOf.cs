using System.Text.Json;
using System.Text.Json.Nodes;

namespace Elbo.Models;

/// <summary>A <see cref="ModelOption"/> that knows where its value is in <typeparamref name="TOptions"/>.</summary>
public sealed record OptionOf<TOptions> : ModelOption
    where TOptions : new()
{
    private readonly Func<TOptions, JsonNode?> _get;
    private readonly Func<TOptions, JsonNode?, TOptions> _set;

    private OptionOf(
        string name,
        string description,
        OptionKind kind,
        Func<TOptions, JsonNode?> get,
        Func<TOptions, JsonNode?, TOptions> set
    )
        : base(name, description, kind)
    {
        (_get, _set) = (get, set);
        Default = get(new TOptions()) switch
        {
            null => "",
            JsonArray list => string.Join(',', list),
            var value => value.ToString(),
        };
    }

    /// <summary>A whole number.</summary>
    public static OptionOf<TOptions> WholeNumber(
        string name,
        string description,
        Func<TOptions, int> get,
        Func<TOptions, int, TOptions> set
    ) =>
        new(
            name,
            description,
            OptionKind.WholeNumber,
            o => get(o),
            (o, value) => set(o, Parse<int>(name, value, "a whole number"))
        );

    /// <summary>A number.</summary>
    public static OptionOf<TOptions> Number(
        string name,
        string description,
        Func<TOptions, float> get,
        Func<TOptions, float, TOptions> set
    ) =>
        new(
            name,
            description,
            OptionKind.Number,
            o => get(o),
            (o, value) => set(o, Parse<float>(name, value, "a number"))
        );

    /// <summary>Yes or no; no unless given.</summary>
    public static OptionOf<TOptions> Flag(
        string name,
        string description,
        Func<TOptions, bool> get,
        Func<TOptions, bool, TOptions> set
    ) =>
        new(
            name,
            description,
            OptionKind.Flag,
            o => get(o),
            (o, value) => set(o, Parse<bool>(name, value, "true or false"))
        )
        {
            Default = "",
        };

    /// <summary>The name of a member of an enumeration.</summary>
    public static OptionOf<TOptions> OneOf<T>(
        string name,
        string description,
        Func<TOptions, T> get,
        Func<TOptions, T, TOptions> set
    )
        where T : struct, Enum =>
        new(
            name,
            description,
            OptionKind.Name,
            o => OptionName.Name(get(o)),
            (o, value) => set(o, Member<T>(name, value))
        )
        {
            Choices = OptionName.Names<T>(),
        };

    /// <summary>A list of whole numbers; null is not written.</summary>
    public static OptionOf<TOptions> WholeNumbers(
        string name,
        string description,
        Func<TOptions, IReadOnlyList<int>?> get,
        Func<TOptions, IReadOnlyList<int>, TOptions> set
    ) =>
        new(
            name,
            description,
            OptionKind.WholeNumbers,
            o => List(get(o), number => number),
            (o, value) => set(o, Parse<int[]>(name, value, "a list of whole numbers"))
        );

    /// <summary>A list of names of an enumeration's members; null is not written.</summary>
    public static OptionOf<TOptions> ListOf<T>(
        string name,
        string description,
        Func<TOptions, IReadOnlyList<T>?> get,
        Func<TOptions, IReadOnlyList<T>, TOptions> set
    )
        where T : struct, Enum =>
        new(
            name,
            description,
            OptionKind.Names,
            o => List(get(o), member => OptionName.Name(member)),
            (o, value) => set(o, Members<T>(name, value))
        )
        {
            Choices = OptionName.Names<T>(),
        };

    /// <inheritdoc/>
    public override void Check(JsonNode? value) => Set(new TOptions(), value);

    /// <summary>Its value in <paramref name="options"/>; null where there is nothing to write.</summary>
    internal JsonNode? Get(TOptions options) => _get(options);

    /// <summary><paramref name="options"/> with this value.</summary>
    /// <exception cref="ArgumentException">It is of another kind.</exception>
    internal TOptions Set(TOptions options, JsonNode? value) => _set(options, value);

    private static T Parse<T>(string name, JsonNode? value, string need)
    {
        try
        {
            return value is null ? throw new ArgumentException(WrongType(name, value, need)) : value.Deserialize<T>()!;
        }
        catch (JsonException e)
        {
            throw new ArgumentException(WrongType(name, value, need), e);
        }
    }

    private static T Member<T>(string name, JsonNode? value)
        where T : struct, Enum =>
        OptionName.Parse<T>(
            value is JsonValue text && text.TryGetValue(out string? member) ? member : value?.ToJsonString() ?? "null",
            message => new ArgumentException($"{name}: {message}")
        );

    private static T[] Members<T>(string name, JsonNode? value)
        where T : struct, Enum =>
        value is JsonArray list
            ? [.. list.Select(member => Member<T>(name, member))]
            : throw new ArgumentException(WrongType(name, value, "a list of names"));

    private static JsonArray? List<T>(IReadOnlyList<T>? values, Func<T, JsonNode> write) =>
        values is null ? null : [.. values.Select(write)];
}
