using Elbo.Data;
using Elbo.Engine;

namespace Elbo.Models;

/// <summary>Every model, for the command line, the documentation and the conformance tests.</summary>
public static class ModelCatalog
{
    /// <summary>In the order in which they are listed.</summary>
    public static IReadOnlyList<ModelEntry> All { get; } =
    [
        new("vae", "fully connected variational autoencoder, 784–500–500–z and back unless told otherwise", (options, shape, device, rng) => new Vae(options, shape, device, rng)),
    ];

    /// <summary>The model called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static ModelEntry Get(string name)
        => All.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw NearestName.Unknown("model", name, [.. All.Select(m => m.Name)]);
}

/// <summary>One line of the catalog.</summary>
/// <param name="Name">As given to <c>--model</c>.</param>
/// <param name="Description">One line.</param>
/// <param name="Create">Builds it.</param>
public sealed record ModelEntry(string Name, string Description, Func<VaeOptions, ImageShape, Device, Rng, GenerativeModel> Create);
