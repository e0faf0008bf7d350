namespace Elbo.Models;

/// <summary>Every model, for the command line, the documentation and the conformance tests.</summary>
public static class ModelCatalog
{
    /// <summary>In the order in which they are listed.</summary>
    public static IReadOnlyList<ModelEntry> All { get; } =
    [
        new ModelEntryOf<VaeOptions>(
            "vae",
            "fully connected variational autoencoder, 784–500–500–z and back unless told otherwise",
            VaeOptions.List,
            VaeOptions.Complete
        ),
        new ModelEntryOf<CnnVaeOptions>(
            "cnn-vae",
            "convolutional variational autoencoder with batch normalisation, for grey or colour images from 8×8",
            CnnVaeOptions.List
        ),
        new ModelEntryOf<GmvaeOptions>(
            "gmvae",
            "fully connected Gaussian-mixture variational autoencoder, which sorts images into clusters",
            GmvaeOptions.List
        ),
        new ModelEntryOf<CnnGmvaeOptions>("cnn-gmvae", "the same with convolutions", CnnGmvaeOptions.List),
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
}
