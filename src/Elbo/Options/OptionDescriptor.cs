using System.Text.Json;
using System.Text.Json.Nodes;

namespace Elbo.Options;

/// <summary>The type of an option's value.</summary>
public enum OptionKind
{
    /// <summary>An integer.</summary>
    WholeNumber,

    /// <summary>A floating-point number.</summary>
    Number,

    /// <summary>A boolean; on the command line, a flag.</summary>
    Flag,

    /// <summary>One of several names.</summary>
    Name,

    /// <summary>Any text.</summary>
    Text,

    /// <summary>Path of a folder. The command line makes it absolute.</summary>
    Folder,

    /// <summary>A list of integers, such as widths of layers.</summary>
    WholeNumbers,

    /// <summary>A list of names.</summary>
    Names,
}

/// <summary>The subject of an option of a run. Help lists options by group.</summary>
public enum OptionGroup
{
    /// <summary>The images.</summary>
    Data,

    /// <summary>The model.</summary>
    Model,

    /// <summary>The training.</summary>
    Training,

    /// <summary>The figures of the run.</summary>
    Pictures,

    /// <summary>The output files.</summary>
    Output,
}

/// <summary>
/// An option, declared once for the command line, its help, config files, range checks and the documentation.
/// </summary>
public abstract record OptionDescriptor
{
    private const int LongestShown = 60;

    private protected OptionDescriptor(string name, string description, OptionKind kind) =>
        (Name, Description, Kind) = (name, description, kind);

    /// <summary>Name in config files, and with two hyphens on the command line: <c>latent-dim</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// Other names, such as former ones. The command line and files accept them; help and completion do not show them,
    /// and new files have <see cref="Name"/>.
    /// </summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Description in one line.</summary>
    public string Description { get; init; }

    /// <summary>Type of the value.</summary>
    public OptionKind Kind { get; }

    /// <summary>Subject of the option; null if help does not group the command's options.</summary>
    public OptionGroup? Group { get; init; }

    /// <summary>Single-letter name on the command line, such as <c>z</c>; null for none.</summary>
    public char? Letter { get; init; }

    /// <summary>Names offered by help and completion. A <see cref="OptionKind.Name"/> must be one of them.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The allowed range; null if the type alone decides.</summary>
    public OptionRange? Range { get; init; }

    /// <summary>The default as text; empty if there is none to show.</summary>
    public string Default { get; init; } = "";

    /// <summary>
    /// Other options that this option sets too. In a stronger layer, it replaces their values from weaker layers; the
    /// command line is stronger than a config file.
    /// </summary>
    public IReadOnlyList<string> Replaces { get; init; } = [];

    /// <summary>
    /// The choice that this option refines, as <c>lr-period</c> refines <c>lr-schedule</c>. Another choice in a
    /// stronger layer drops the option. Null if it stands alone.
    /// </summary>
    public string? Refines { get; init; }

    /// <summary>An example of a list of integers for messages, such as <c>512,128,64</c>.</summary>
    public string Example { get; init; } = "512,128,64";

    /// <summary>Placeholder of the value in help, such as <c>N</c>; empty for a flag.</summary>
    public string ValueName
    {
        get =>
            field
            ?? Kind switch
            {
                OptionKind.Flag => "",
                OptionKind.WholeNumber or OptionKind.Number => "N",
                OptionKind.WholeNumbers => "N,N,…",
                OptionKind.Names => "A,B,…",
                OptionKind.Folder => "DIR",
                _ => "NAME",
            };
        init;
    }

    /// <summary>Checks the type of <paramref name="value"/>.</summary>
    /// <exception cref="ArgumentException">The type is wrong. The message begins with the option's name.</exception>
    public abstract void Check(JsonNode? value);

    /// <summary>Converts text from the command line to the JSON value of a config file.</summary>
    /// <exception cref="ArgumentException">
    /// The text is not of the option's type. The message begins with the option's name.
    /// </exception>
    public abstract JsonNode FromText(string text);

    /// <summary>
    /// Formats a value as on the command line: lists with commas, <c>1e-6</c> for small numbers, <c>yes</c> or
    /// <c>no</c>.
    /// </summary>
    public static string ToText(JsonNode? value) =>
        value switch
        {
            null => "",
            JsonArray list => string.Join(',', list),
            JsonValue flag when flag.TryGetValue(out bool on) => on ? "yes" : "no",
            _ when value.GetValueKind() == JsonValueKind.Number => value.ToString().Replace("E-0", "e-"),
            _ => value.ToString(),
        };

    /// <summary>The error message for a value of the wrong type.</summary>
    internal static string WrongType(string option, JsonNode? value, string need)
    {
        string text = value?.ToJsonString() ?? "null";
        return $"{option}: {(text.Length <= LongestShown ? text : text[..LongestShown] + "…")} has the wrong "
            + $"type; {need} is needed.";
    }
}
