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

    /// <summary>Checks what does not depend on the model.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or is not for this mode.</exception>
    public void Validate()
    {
        if (!(Range > 0 && float.IsFinite(Range)))
            throw new ArgumentException($"range is {Range}; it must be a positive number.");
        if (Cluster is { } cluster && Mode != GenerationMode.Random)
            throw new ArgumentException(
                $"--cluster {cluster} came with --mode {OptionName.Name(Mode)}; it is for --mode random."
            );
    }
}
