using System.Text.Json.Nodes;

namespace Elbo.Models;

/// <summary>One option of a model, as the command line and config files have it.</summary>
public abstract record ModelOption
{
    private const int LongestShown = 60;

    private protected ModelOption(string name, string description, OptionKind kind) =>
        (Name, Description, Kind) = (name, description, kind);

    /// <summary>Its name in config files, and with two hyphens on the command line: <c>latent-dim</c>.</summary>
    public string Name { get; }

    /// <summary>What it decides, in one line.</summary>
    public string Description { get; }

    /// <summary>What its value looks like.</summary>
    public OptionKind Kind { get; }

    /// <summary>A single letter for the command line, such as <c>z</c>; null for none.</summary>
    public char? Letter { get; init; }

    /// <summary>The names there are, for <see cref="OptionKind.Name"/> and <see cref="OptionKind.Names"/>.</summary>
    public IReadOnlyList<string> Choices { get; private protected init; } = [];

    /// <summary>
    /// Other options that this one decides too: given in a stronger place, it replaces what a weaker place said of
    /// them.
    /// </summary>
    public IReadOnlyList<string> Replaces { get; init; } = [];

    /// <summary>What holds without the option, as a person writes it.</summary>
    public string Default { get; init; } = "";

    /// <summary>Checks that <paramref name="value"/> is of the option's kind.</summary>
    /// <exception cref="ArgumentException">It is not; the message begins with the option's name.</exception>
    public abstract void Check(JsonNode? value);

    /// <summary>The complaint about a value of another kind.</summary>
    internal static string WrongType(string option, JsonNode? value, string need)
    {
        string text = value?.ToJsonString() ?? "null";
        return $"{option}: {(text.Length <= LongestShown ? text : text[..LongestShown] + "…")} has the wrong "
            + $"type; {need} is needed.";
    }
}

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

    /// <summary>A list of whole numbers, such as widths of layers.</summary>
    WholeNumbers,

    /// <summary>A list of names.</summary>
    Names,
}
