using System.Text.Json.Nodes;
using Elbo.Models.Networks;

namespace Elbo.Models;

/// <summary>
/// Every model, for the command line, the documentation and the conformance tests: names for combinations of the parts
/// in the <see cref="PartCatalog"/>. Any part can be replaced by its own option.
/// </summary>
public static class ModelCatalog
{
    private static readonly string[] Likelihood = ["decoder", "variance", "smallest-deviation"];

    private static readonly string[] Mixture =
    [
        "clusters",
        "style-dim",
        "prior-hidden",
        "cluster-posterior",
        .. Likelihood,
        "noisy-reconstruction",
        "smallest-prior-variance",
        "dropout",
        "free-information",
        "pretrain-epochs",
        "guide-epochs",
    ];

    /// <summary>In the order in which they are listed.</summary>
    public static IReadOnlyList<ModelEntry> All { get; } =
    [
        new(
            "vae",
            "fully connected variational autoencoder, 784–500–500–z and back unless told otherwise",
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
                "initialization",
            ]
        ),
        new(
            "cnn-vae",
            "convolutional variational autoencoder with batch normalisation, for grey or colour images from 8×8",
            new CnnVaeOptions(),
            ["latent-dim", "network", "channels", "dense", .. Likelihood]
        )
        {
            FormerSpelling = (option, o) =>
                o.Network is not DcganOptions ? null
                : option == "network" ? "batch-norm"
                : option == "dense" ? new PlainOptions().Dense
                : null,
        },
        new(
            "gmvae",
            "fully connected Gaussian-mixture variational autoencoder, which sorts images into clusters",
            new GmvaeOptions(),
            ["latent-dim", "hidden", .. Mixture]
        ),
        new("cnn-gmvae", "the same with convolutions", new CnnGmvaeOptions(), ["latent-dim", "dense", .. Mixture]),
    ];

    /// <summary>
    /// The options of all models, each name once; where several models have it, as the first of them describes it.
    /// </summary>
    public static IReadOnlyList<OptionDescriptor> Options { get; } =
    [.. All.SelectMany(m => m.Options).DistinctBy(o => o.Name)];

    /// <summary>The model called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static ModelEntry Get(string name) =>
        All.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw NearestName.Unknown("model", name, [.. All.Select(m => m.Name)]);

    /// <summary>The model that <paramref name="options"/> build.</summary>
    /// <exception cref="ArgumentException">They are of no model in the catalog.</exception>
    public static ModelEntry Of(ModelOptions options) =>
        All.FirstOrDefault(m => m.Owns(options))
        ?? throw new ArgumentException(
            $"{options?.GetType().Name ?? "nothing"} came; the catalog has "
                + $"{string.Join(", ", All.Select(m => m.Name))}.",
            nameof(options)
        );

    /// <summary>
    /// The options that <paramref name="layer"/> drops where a weaker layer has them: what they say about another part
    /// than the one that it chooses.
    /// </summary>
    /// <exception cref="ArgumentException">A part that is chosen does not exist.</exception>
    internal static IEnumerable<string> Overridden(JsonObject layer) =>
        [.. PartCatalog.Choices.Where(c => layer.ContainsKey(c.Name)).SelectMany(c => c.Overridden(layer[c.Name]))];
}
