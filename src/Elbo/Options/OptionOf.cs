using System.Globalization;
using System.Text.Json.Nodes;

namespace Elbo.Options;

/// <summary>
/// An <see cref="OptionDescriptor"/> that reads and writes a property of the record <typeparamref name="TOptions"/>.
/// Its default is the value in a new record.
/// </summary>
/// <remarks>The getter returns null if there is no value to write.</remarks>
public sealed record OptionOf<TOptions> : OptionDescriptor
    where TOptions : new()
{
    private readonly Func<TOptions, object?> _get;
    private readonly Func<object, JsonNode> _write;
    private readonly Func<JsonNode?, object> _read;
    private readonly Func<TOptions, object, TOptions> _set;
    private readonly Func<OptionDescriptor, string, JsonNode> _parse;
    private readonly Func<object, string?> _fault;
    private readonly bool _isOptional;

    private OptionOf(
        string name,
        string description,
        OptionKind kind,
        Func<TOptions, object?> get,
        Func<object, JsonNode> write,
        Func<JsonNode?, object> read,
        Func<TOptions, object, TOptions> set,
        Func<OptionDescriptor, string, JsonNode> parse,
        Func<object, string?> fault
    )
        : base(name, description, kind)
    {
        (_get, _write, _read, _set, _parse, _fault) = (get, write, read, set, parse, fault);
        var usual = Get(new TOptions());
        _isOptional = usual is null;
        Default = kind == OptionKind.Flag ? "" : ToText(usual);
    }

    /// <summary>Creates an option for an integer.</summary>
    public static OptionOf<TOptions> WholeNumber(
        string name,
        string description,
        Func<TOptions, int?> get,
        Func<TOptions, int, TOptions> set
    ) => Of(OptionFormat.WholeNumber, name, description, o => get(o), set);

    /// <summary>Creates an option for an unsigned 64-bit integer.</summary>
    public static OptionOf<TOptions> WholeNumber(
        string name,
        string description,
        Func<TOptions, ulong?> get,
        Func<TOptions, ulong, TOptions> set
    ) => Of(OptionFormat.Unsigned, name, description, o => get(o), set);

    /// <summary>Creates an option for a number.</summary>
    public static OptionOf<TOptions> Number(
        string name,
        string description,
        Func<TOptions, float?> get,
        Func<TOptions, float, TOptions> set
    ) => Of(OptionFormat.Single, name, description, o => get(o), set);

    /// <summary>Creates an option for a number in double precision.</summary>
    public static OptionOf<TOptions> Number(
        string name,
        string description,
        Func<TOptions, double?> get,
        Func<TOptions, double, TOptions> set
    ) => Of(OptionFormat.Double, name, description, o => get(o), set);

    /// <summary>
    /// Creates an option for a number or one word. The property is null if the value is the word.
    /// </summary>
    public static OptionOf<TOptions> NumberOr(
        string name,
        string description,
        string word,
        Func<TOptions, float?> get,
        Func<TOptions, float?, TOptions> set
    ) =>
        Of(
            OptionFormat.SingleOr(word),
            name,
            description,
            o => get(o) is { } number ? number : word,
            (o, v) => set(o, v as float?)
        ) with
        {
            ValueName = $"N|{word}",
        };

    /// <summary>Creates a boolean option with default false.</summary>
    public static OptionOf<TOptions> Flag(
        string name,
        string description,
        Func<TOptions, bool?> get,
        Func<TOptions, bool, TOptions> set
    ) => Of(OptionFormat.Flag, name, description, o => get(o), set);

    /// <summary>Creates an option for a text.</summary>
    public static OptionOf<TOptions> Text(
        string name,
        string description,
        Func<TOptions, string?> get,
        Func<TOptions, string, TOptions> set
    ) => Of(OptionFormat.Text, name, description, get, set);

    /// <summary>Creates an option for the kind of a device.</summary>
    internal static OptionOf<TOptions> Device(
        string name,
        string description,
        Func<TOptions, string?> get,
        Func<TOptions, string, TOptions> set
    ) => Of(OptionFormat.Device, name, description, get, set);

    /// <summary>Creates an option for the path of a folder.</summary>
    public static OptionOf<TOptions> Folder(
        string name,
        string description,
        Func<TOptions, string?> get,
        Func<TOptions, string, TOptions> set
    ) => Of(OptionFormat.Folder, name, description, get, set);

    /// <summary>Creates an option whose value has a text form, such as <c>64x48</c>.</summary>
    /// <param name="name">Name of the option.</param>
    /// <param name="description">Description in one line.</param>
    /// <param name="parse">Parses a text. It throws a <see cref="FormatException"/> that describes the error.</param>
    /// <param name="get">
    /// Returns the value. <paramref name="parse"/> reads the result of its <see cref="object.ToString"/>.
    /// </param>
    /// <param name="set">Returns the record with another value.</param>
    public static OptionOf<TOptions> Parsed<T>(
        string name,
        string description,
        Func<string, T> parse,
        Func<TOptions, T?> get,
        Func<TOptions, T, TOptions> set
    )
        where T : struct => Of(OptionFormat.Of(parse), name, description, o => get(o), set);

    /// <summary>Creates an option for a member of an enumeration.</summary>
    public static OptionOf<TOptions> OneOf<T>(
        string name,
        string description,
        Func<TOptions, T?> get,
        Func<TOptions, T, TOptions> set
    )
        where T : struct, Enum =>
        Of(OptionFormat.Member<T>(), name, description, o => get(o), set) with
        {
            Choices = OptionName.Names<T>(),
        };

    /// <summary>Creates an option for a list of integers.</summary>
    public static OptionOf<TOptions> WholeNumbers(
        string name,
        string description,
        Func<TOptions, IReadOnlyList<int>?> get,
        Func<TOptions, IReadOnlyList<int>, TOptions> set
    ) => Of(OptionFormat.WholeNumbers, name, description, get, set);

    /// <summary>Creates an option for a list of names, such as those of a catalog's entries.</summary>
    public static OptionOf<TOptions> Texts(
        string name,
        string description,
        Func<TOptions, IReadOnlyList<string>?> get,
        Func<TOptions, IReadOnlyList<string>, TOptions> set
    ) => Of(OptionFormat.Texts, name, description, get, set);

    /// <summary>Creates an option for a list of members of an enumeration.</summary>
    public static OptionOf<TOptions> ListOf<T>(
        string name,
        string description,
        Func<TOptions, IReadOnlyList<T>?> get,
        Func<TOptions, IReadOnlyList<T>, TOptions> set
    )
        where T : struct, Enum =>
        Of(OptionFormat.Members<T>(), name, description, get, set) with
        {
            Choices = OptionName.Names<T>(),
        };

    /// <summary>
    /// The same option for a record that contains <typeparamref name="TOptions"/>, so that it is declared only once.
    /// </summary>
    public OptionOf<TOuter> Within<TOuter>(Func<TOuter, TOptions> part, Func<TOuter, TOptions, TOuter> replace)
        where TOuter : new() =>
        new(
            Name,
            Description,
            Kind,
            outer => _get(part(outer)),
            _write,
            _read,
            (outer, value) => replace(outer, _set(part(outer), value)),
            _parse,
            _fault
        )
        {
            Aliases = Aliases,
            Group = Group,
            Letter = Letter,
            Choices = Choices,
            Range = Range,
            Default = Default,
            Replaces = Replaces,
            Refines = Refines,
            Example = Example,
            ValueName = ValueName,
        };

    /// <inheritdoc/>
    public override void Check(JsonNode? value)
    {
        if (value is not null || !_isOptional)
            _read(value);
    }

    /// <inheritdoc/>
    public override JsonNode FromText(string text) => _parse(this, text);

    /// <summary>Returns the value in <paramref name="options"/>; null if there is none to write.</summary>
    public JsonNode? Get(TOptions options) => _get(options) is { } value ? _write(value) : null;

    /// <summary>
    /// Returns <paramref name="options"/> with this value. Null keeps the value of an optional option.
    /// </summary>
    /// <exception cref="ArgumentException">The type is wrong. The message begins with the option's name.</exception>
    public TOptions Set(TOptions options, JsonNode? value) =>
        value is null && _isOptional ? options : _set(options, _read(value));

    /// <summary>
    /// Checks that the value is in <see cref="OptionDescriptor.Range"/>, and that members of an enumeration exist.
    /// </summary>
    /// <exception cref="ArgumentException">The value is wrong. The message begins with the option's name.</exception>
    public void Validate(TOptions options)
    {
        if (_get(options) is not { } given)
            return;
        if (_fault(given) is { } fault)
            throw new ArgumentException($"{Name} {fault}");
        if (Range is null || given is not IConvertible value || value is string)
            return;
        if (!Range.Contains(value.ToDouble(CultureInfo.InvariantCulture)))
            throw new ArgumentException(
                $"{Name} is {value.ToString(CultureInfo.InvariantCulture)}; it must be {Range.Text}."
            );
    }

    private static OptionOf<TOptions> Of<T>(
        OptionFormat<T> format,
        string name,
        string description,
        Func<TOptions, object?> get,
        Func<TOptions, T, TOptions> set
    ) =>
        new(
            name,
            description,
            format.Kind,
            get,
            value => format.Write((T)value),
            value => format.Read(name, value)!,
            (options, value) => set(options, (T)value),
            format.Parse,
            value => format.Fault((T)value)
        );
}

/// <summary>Operations on the list of a record's options.</summary>
public static class OptionList
{
    /// <summary>
    /// Applies the values of a flat JSON object to <paramref name="start"/>. If two options set the same property, the
    /// later one in the list wins.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A value has the wrong type. The message begins with the option's name.
    /// </exception>
    public static TOptions Read<TOptions>(
        this IReadOnlyList<OptionOf<TOptions>> options,
        TOptions start,
        JsonObject values
    )
        where TOptions : new()
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(values);
        foreach (var option in options)
            if (values.TryGetPropertyValue(option.Name, out var value))
                start = option.Set(start, value);
        return start;
    }

    /// <summary>
    /// Replaces each of the <see cref="OptionDescriptor.Aliases"/> in a flat JSON object by the name of its option.
    /// Unknown names stay.
    /// </summary>
    /// <exception cref="ArgumentException">An option is given under two of its names.</exception>
    internal static JsonObject WithoutAliases(this IEnumerable<OptionDescriptor> options, JsonObject values)
    {
        var names = options
            .DistinctBy(o => o.Name)
            .SelectMany(o => o.Aliases.Select(alias => (Alias: alias, o.Name)))
            .ToDictionary(pair => pair.Alias, pair => pair.Name);
        var written = new Dictionary<string, string>();
        var result = new JsonObject();
        foreach (var (given, value) in values)
        {
            string name = names.GetValueOrDefault(given, given);
            if (!written.TryAdd(name, given))
                throw new ArgumentException(
                    $"{written[name]} and {given} were both given; they are one option. Give {name} only."
                );
            result[name] = value?.DeepClone();
        }
        return result;
    }

    /// <summary>Writes every option that has a value, so that <see cref="Read"/> restores the record.</summary>
    public static JsonObject Write<TOptions>(this IReadOnlyList<OptionOf<TOptions>> options, TOptions values)
        where TOptions : new()
    {
        ArgumentNullException.ThrowIfNull(options);
        var result = new JsonObject();
        foreach (var option in options)
            if (option.Get(values) is { } value)
                result[option.Name] = value;
        return result;
    }

    /// <summary>Checks the ranges of all options.</summary>
    /// <exception cref="ArgumentException">
    /// A value is out of range. The message begins with the option's name.
    /// </exception>
    public static void Validate<TOptions>(this IReadOnlyList<OptionOf<TOptions>> options, TOptions values)
        where TOptions : new()
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var option in options)
            option.Validate(values);
    }
}
