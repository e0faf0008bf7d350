using System.Text.Json.Nodes;

namespace Elbo.Models;

/// <summary>
/// All models by name, for the command line, the documentation and the conformance tests. A name is a combination of
/// parts from the <see cref="PartCatalog"/>; each part can be replaced by its own option.
/// </summary>
public static class ModelCatalog
{
    private static readonly string[] Likelihood = ["decoder", "variance", "min-std"];

    private static readonly string[] Stages = ["pretrain-epochs", "mixture-epochs"];

    private static readonly string[] Mixture =
    [
        "clusters",
        "style-dim",
        "prior-hidden",
        "cluster-posterior",
        .. Likelihood,
        "sample-reconstruction",
        "min-prior-variance",
        "dropout",
        "cluster-free-bits",
        .. Stages,
    ];

    /// <summary>All models, in the order in which they are listed.</summary>
    public static IReadOnlyList<ModelEntry> All { get; } =
    [
        new(
            "vae",
            "fully connected variational autoencoder, 784–500–500–z and back by default",
            new VaeOptions(),
            [
                "latent-dim",
                "encoder-hidden",
                "decoder-hidden",
                "activation",
                "decoder-activation",
                "encoder-networks",
                .. Likelihood,
                "dropout",
                "weight-init",
            ]
        ),
        new(
            "cnn-vae",
            "convolutional variational autoencoder with batch normalisation, for grey or colour images from 8×8",
            new CnnVaeOptions(),
            ["latent-dim", "network", "channels", "dense", .. Likelihood]
        ),
        new(
            "gmvae",
            "fully connected Gaussian-mixture variational autoencoder, which clusters the images",
            new GmvaeOptions(),
            ["latent-dim", "hidden", .. Mixture]
        ),
        new(
            "cnn-gmvae",
            "convolutional Gaussian-mixture variational autoencoder, which clusters the images",
            new CnnGmvaeOptions(),
            ["latent-dim", "dense", .. Mixture]
        ),
        new(
            "vade",
            "variational deep embedding: fully connected, with a learned mixture of Gaussians, which clusters the "
                + "images",
            new VadeOptions(),
            ["latent-dim", "hidden", "activation", .. Likelihood, "clusters", .. Stages]
        ),
    ];

    /// <summary>
    /// The options of all models, each name once. If several models have an option, the first one describes it.
    /// </summary>
    public static IReadOnlyList<OptionDescriptor> Options { get; } =
    [.. All.SelectMany(m => m.Options).DistinctBy(o => o.Name)];

    /// <summary>Returns the model called <paramref name="name"/>, ignoring case.</summary>
    /// <exception cref="ArgumentException">The name is unknown. The message lists the known ones.</exception>
    public static ModelEntry Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw NearestName.Unknown("model", name, [.. All.Select(m => m.Name)]);
    }

    /// <summary>Returns the model whose preset has the type of <paramref name="options"/>.</summary>
    /// <exception cref="ArgumentException">The options belong to no model in the catalog.</exception>
    public static ModelEntry Of(ModelOptions options) =>
        All.FirstOrDefault(m => m.Owns(options))
        ?? throw new ArgumentException(
            $"got {options?.GetType().Name ?? "nothing"}; the catalog has "
                + $"{string.Join(", ", All.Select(m => m.Name))}.",
            nameof(options)
        );

    /// <summary>
    /// The options that <paramref name="layer"/> overrides in a weaker layer, because they belong to a part other than
    /// the one it chooses.
    /// </summary>
    /// <exception cref="ArgumentException">A chosen part does not exist.</exception>
    internal static IEnumerable<string> Overridden(JsonObject layer) =>
        [.. PartCatalog.Choices.Where(c => layer.ContainsKey(c.Name)).SelectMany(c => c.Overridden(layer[c.Name]))];
}
