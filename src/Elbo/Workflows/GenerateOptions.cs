namespace Elbo.Workflows;

/// <summary>Where the codes come from that <see cref="GenerateWorkflow"/> decodes.</summary>
public sealed record GenerateOptions
{
    /// <summary>The prior, or a regular grid.</summary>
    public GenerationMode Mode { get; init; }

    /// <summary>For <see cref="GenerationMode.Uniform"/>: the grid covers ±this.</summary>
    public float Range { get; init; } = RunPictures.ManifoldRange;

    /// <summary>
    /// For <see cref="GenerationMode.Uniform"/>: the two latent dimensions of a grid, or the one of a line, counted
    /// from 1; the others stay 0. Null takes the first two, or the only one.
    /// </summary>
    public IReadOnlyList<int>? Axes { get; init; }

    /// <summary>
    /// For <see cref="GenerationMode.Random"/>, of a model with clusters: the cluster that all codes are of, from 0;
    /// null takes all clusters.
    /// </summary>
    public int? Cluster { get; init; }

    /// <summary>Whether images are drawn pixel by pixel instead of showing their means.</summary>
    public bool Sampled { get; init; }

    /// <summary>Its options by name.</summary>
    internal static IReadOnlyList<OptionOf<GenerateOptions>> List { get; } =
    [
        OptionOf<GenerateOptions>.OneOf<GenerationMode>(
            "mode",
            "where codes come from, the prior or a regular grid over latent dimensions",
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
            "of a model with clusters: the one to draw from, from 0; otherwise all",
            o => o.Cluster,
            (o, v) => o with { Cluster = v }
        ),
        OptionOf<GenerateOptions>.Flag(
            "sampled",
            "draw pixels from the decoder's distribution instead of showing its mean",
            o => o.Sampled,
            (o, v) => o with { Sampled = v }
        ),
    ];

    /// <summary>Checks what does not depend on the model.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or is not for this mode.</exception>
    public void Validate()
    {
        List.Validate(this);
        if (Cluster is { } cluster && Mode != GenerationMode.Random)
            throw new ArgumentException(
                $"--cluster {cluster} came with --mode {OptionName.Name(Mode)}; it is for --mode random."
            );
    }
}
