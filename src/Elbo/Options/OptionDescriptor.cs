using System.Text.Json;
using System.Text.Json.Nodes;

namespace Elbo.Options;

/// <summary>What the value of an option looks like.</summary>
public enum OptionKind
{
    /// <summary>A whole number.</summary>
    WholeNumber,

    /// <summary>A number.</summary>
    Number,

    /// <summary>Yes or no: on the command line, given or not.</summary>
    Flag,

    /// <summary>One of several names.</summary>
    Name,

    /// <summary>Any text.</summary>
    Text,

    /// <summary>The path of a folder; the command line makes it absolute.</summary>
    Folder,

    /// <summary>A list of whole numbers, such as widths of layers.</summary>
    WholeNumbers,

    /// <summary>A list of names.</summary>
    Names,
}

/// <summary>What an option of a run is about. Help lists options by group.</summary>
public enum OptionGroup
{
    /// <summary>Which images there are.</summary>
    Data,

    /// <summary>What is trained.</summary>
    Model,

    /// <summary>How it is trained.</summary>
    Training,

    /// <summary>What is written, and how often.</summary>
    Output,
}

/// <summary>
/// One option, declared once: the command line, its help, config files, range checks and documentation read it.
/// </summary>
public abstract record OptionDescriptor
{
    private const int LongestShown = 60;

    private protected OptionDescriptor(string name, string description, OptionKind kind) =>
        (Name, Description, Kind) = (name, description, kind);

    /// <summary>Its name in config files, and with two hyphens on the command line: <c>latent-dim</c>.</summary>
    public string Name { get; }

    /// <summary>What it decides, in one line.</summary>
    public string Description { get; init; }

    /// <summary>What its value looks like.</summary>
    public OptionKind Kind { get; }

    /// <summary>What the option is about; null where help does not sort the command's options.</summary>
    public OptionGroup? Group { get; init; }

    /// <summary>A single letter for the command line, such as <c>z</c>; null for none.</summary>
    public char? Letter { get; init; }

    /// <summary>
    /// The names that help and completion offer. A <see cref="OptionKind.Name"/> must be one of them.
    /// </summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The numbers that are allowed; null where the kind alone decides.</summary>
    public OptionRange? Range { get; init; }

    /// <summary>What holds without the option, as a person writes it; empty where there is nothing to say.</summary>
    public string Default { get; init; } = "";

    /// <summary>
    /// Other options that this one decides too: given in a stronger place (the command line is stronger than a config
    /// file), it replaces what a weaker place says of them.
    /// </summary>
    public IReadOnlyList<string> Replaces { get; init; } = [];

    /// <summary>
    /// The option whose choice this one refines, as <c>schedule-period</c> refines <c>schedule</c>: another choice in a
    /// stronger place drops it. Null where it stands for itself.
    /// </summary>
    public string? Refines { get; init; }

    /// <summary>A list of whole numbers as a message shows it, such as <c>512,128,64</c>.</summary>
    public string Example { get; init; } = "512,128,64";

    /// <summary>What stands for the value in help, such as <c>N</c>; empty for a flag.</summary>
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

    /// <summary>Checks that <paramref name="value"/> is of the option's kind.</summary>
    /// <exception cref="ArgumentException">It is not; the message begins with the option's name.</exception>
    public abstract void Check(JsonNode? value);

    /// <summary>The value that a person typed, as a config file has it, of the option's kind.</summary>
    /// <exception cref="ArgumentException">It is of another kind; the message begins with the option's name.</exception>
    public abstract JsonNode FromText(string text);

    /// <summary>
    /// A value as a person types it: lists with commas, <c>1e-6</c> for small numbers, and <c>yes</c> or <c>no</c>.
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

    /// <summary>The message about a value of another kind.</summary>
    internal static string WrongType(string option, JsonNode? value, string need)
    {
        string text = value?.ToJsonString() ?? "null";
        return $"{option}: {(text.Length <= LongestShown ? text : text[..LongestShown] + "…")} has the wrong "
            + $"type; {need} is needed.";
    }
}
