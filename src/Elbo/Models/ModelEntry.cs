using System.Text.Json.Nodes;

namespace Elbo.Models;

/// <summary>One line of the <see cref="ModelCatalog"/>.</summary>
public abstract class ModelEntry
{
    private protected ModelEntry(string name, string description, IReadOnlyList<OptionDescriptor> options) =>
        (Name, Description, Options) = (name, description, options);

    /// <summary>As given to <c>--model</c>.</summary>
    public string Name { get; }

    /// <summary>One line.</summary>
    public string Description { get; }

    /// <summary>What can be chosen of it, in the order in which it is listed.</summary>
    public IReadOnlyList<OptionDescriptor> Options { get; }

    /// <summary>The model's options from a flat JSON object: those given, and defaults for the rest.</summary>
    /// <exception cref="ArgumentException">One is of the wrong kind, or none of this model's; the message begins with
    /// its name.</exception>
    public abstract ModelOptions Read(JsonObject values);

    /// <summary>Every option spelled out, so that <see cref="Read"/> gives it back.</summary>
    /// <exception cref="ArgumentException">They are another model's.</exception>
    public abstract JsonObject Write(ModelOptions values);

    /// <summary>Whether <paramref name="values"/> are of this model.</summary>
    internal abstract bool Owns(ModelOptions values);
}
