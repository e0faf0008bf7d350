namespace Elbo.Cli;

/// <summary>Options as Python programs spell them, so that an unknown option gets the right suggestion.</summary>
internal static class PythonSpellings
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["z"] = "latent-dim",
        ["z-dim"] = "latent-dim",
        ["dim-z"] = "latent-dim",
        ["n-z"] = "latent-dim",
        ["latent-size"] = "latent-dim",
        ["w-dim"] = "style-dim",
        ["k-clusters"] = "clusters",
        ["n-clusters"] = "clusters",
        ["lr"] = "learning-rate",
        ["learn-rate"] = "learning-rate",
        ["n-epochs"] = "epochs",
        ["num-epochs"] = "epochs",
        ["bs"] = "batch-size",
        ["hidden-dim"] = "hidden",
        ["hidden-size"] = "hidden",
        ["n-hidden"] = "hidden",
        ["num-layers"] = "hidden",
        ["drop-prob"] = "dropout",
        ["drop-rate"] = "dropout",
        ["sigma"] = "variance",
        ["ls"] = "decoder",
        ["loss"] = "decoder",
        ["add-noise"] = "noise",
        ["model-type"] = "model",
        ["save-every"] = "checkpoint-every",
        ["save-freq"] = "checkpoint-every",
        ["patience"] = "early-stopping",
        ["prr-n-img-x"] = "reconstruction-grid",
        ["prr-n-img-y"] = "reconstruction-grid",
        ["pmlr-n-img-x"] = "manifold-grid",
        ["pmlr-n-img-y"] = "manifold-grid",
        ["pmlr-z-range"] = "manifold-range",
        ["z-range"] = "manifold-range",
        ["pmlr-n-samples"] = "latent-points",
        ["data-path"] = "data-dir",
        ["data-root"] = "data-dir",
        ["results-path"] = "output",
        ["summary"] = "tensorboard",
        ["extra"] = "name",
    };

    /// <summary>
    /// The option that <paramref name="typed"/> means, with its dashes, or null. Names with underscores or capitals
    /// mean the same name with hyphens.
    /// </summary>
    /// <param name="typed">An unknown option, with its dashes.</param>
    /// <param name="options">The options of the command, with their dashes.</param>
    public static string? Find(string typed, IReadOnlyCollection<string> options)
    {
        string bare = typed.TrimStart('-').Replace('_', '-').ToLowerInvariant();
        string name = "--" + Names.GetValueOrDefault(bare, bare);
        return options.Contains(name) ? name : null;
    }
}
