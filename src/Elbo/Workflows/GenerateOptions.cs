namespace Elbo.Workflows;

/// <summary>Options for the codes that <see cref="GenerateWorkflow"/> decodes.</summary>
public sealed record GenerateOptions
{
    /// <summary>Source of the codes: the prior or a regular grid.</summary>
    public GenerationMode Mode { get; init; }

    /// <summary>For <see cref="GenerationMode.Uniform"/>: the grid covers ±this value.</summary>
    public float Range { get; init; } = RunPictures.ManifoldRange;

    /// <summary>
    /// For <see cref="GenerationMode.Uniform"/>: the two latent dimensions of a grid, or the one of a line, counted
    /// from 1. The others are 0. Null uses the first two, or the only one.
    /// </summary>
    public IReadOnlyList<int>? Axes { get; init; }

    /// <summary>
    /// For <see cref="GenerationMode.Random"/> of a model with clusters: the cluster to sample from, from 0; null
    /// samples from all.
    /// </summary>
    public int? Cluster { get; init; }

    /// <summary>Whether to sample pixels instead of showing their means.</summary>
    public bool Sampled { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<GenerateOptions>> List { get; } =
    [
        OptionOf<GenerateOptions>.OneOf<GenerationMode>(
            "mode",
            "source of codes: the prior, or a regular grid over latent dimensions",
            o => o.Mode,
            (o, v) => o with { Mode = v }
        ),
        CommonOptions.Range<GenerateOptions>(
            "with --mode uniform: the grid covers ±this",
            o => o.Range,
            (o, v) => o with { Range = v }
        ),
        OptionOf<GenerateOptions>.WholeNumbers(
            "axes",
            "with --mode uniform: the two latent dimensions of a grid, or the one of a line, from 1; otherwise the "
                + "first two",
            o => o.Axes,
            (o, v) => o with { Axes = v }
        ) with
        {
            ValueName = "I,J",
            Example = "1,2",
        },
        OptionOf<GenerateOptions>.WholeNumber(
            "cluster",
            "for a model with clusters: the cluster to sample from, from 0; otherwise all",
            o => o.Cluster,
            (o, v) => o with { Cluster = v }
        ),
        OptionOf<GenerateOptions>.Flag(
            "sampled",
            "sample pixels from the decoder's distribution instead of showing its mean",
            o => o.Sampled,
            (o, v) => o with { Sampled = v }
        ),
    ];

    /// <summary>Checks everything that does not depend on the model.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or does not apply to this mode.</exception>
    public void Validate()
    {
        List.Validate(this);
        if (Cluster is { } cluster && Mode != GenerationMode.Random)
            throw new ArgumentException(
                $"--cluster {cluster} was given with --mode {OptionName.Name(Mode)}; it is for --mode random."
            );
    }
}
