using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models.Objectives;

/// <summary>How the samples of an image are combined in <see cref="ImportanceWeighted"/>.</summary>
public enum ImportanceBound
{
    /// <summary>One bound of all K samples.</summary>
    Iwae,

    /// <summary>The mean of M bounds of K/M samples each.</summary>
    Miwae,

    /// <summary>The decoder learns from the bound of all samples, the encoder from the mean of M bounds.</summary>
    Piwae,

    /// <summary>A convex combination of the evidence lower bound and the bound of all samples.</summary>
    Ciwae,
}

/// <summary>
/// The importance-weighted bound of K samples per image: −log 1/K Σ_k p(x|z_k) [p(z_k) / q(z_k|x)]^β. It is never
/// looser than the evidence lower bound, which it equals for K = 1.
/// </summary>
/// <remarks>
/// <para>Burda, Grosse and Salakhutdinov 2016, "Importance weighted autoencoders".</para>
/// <para>
/// With more samples, the gradient of the encoder gets lost in noise. The other bounds prevent this: Rainforth et al.
/// 2018, "Tighter variational bounds are not necessarily better".
/// </para>
/// <para>A step costs about K times as much as that of the evidence lower bound.</para>
/// </remarks>
public sealed record ImportanceWeighted : IObjective
{
    /// <summary>
    /// Maximum of the logarithm by which <see cref="ImportanceBound.Piwae"/> scales a gradient: below it, products with
    /// single-precision gradients neither overflow nor underflow.
    /// </summary>
    private const float LargestLogScale = 60;

    /// <summary>Number of samples K per image.</summary>
    public int Samples { get; init; } = 5;

    /// <summary>How the samples are combined.</summary>
    public ImportanceBound Bound { get; init; }

    /// <summary>
    /// Number of groups M for <see cref="ImportanceBound.Miwae"/> and <see cref="ImportanceBound.Piwae"/>; it divides
    /// <see cref="Samples"/>.
    /// </summary>
    public int Groups { get; init; } = 1;

    /// <summary>Weight of the evidence lower bound for <see cref="ImportanceBound.Ciwae"/>, in [0, 1].</summary>
    public float ElboWeight { get; init; } = 0.5f;

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<ImportanceWeighted>> List { get; } =
    [
        OptionOf<ImportanceWeighted>.WholeNumber(
            "importance-samples",
            "samples of z per image in the bound of the objective iwae",
            o => o.Samples,
            (o, v) => o with { Samples = v }
        ) with
        {
            Range = OptionRange.Between(1, 10_000),
        },
        OptionOf<ImportanceWeighted>.OneOf<ImportanceBound>(
            "importance-bound",
            "combination of these samples",
            o => o.Bound,
            (o, v) => o with { Bound = v }
        ),
        OptionOf<ImportanceWeighted>.WholeNumber(
            "importance-groups",
            "for miwae and piwae: groups of samples, each with a bound of its own",
            o => o.Groups,
            (o, v) => o with { Groups = v }
        ) with
        {
            Range = OptionRange.Between(1, 10_000),
        },
        OptionOf<ImportanceWeighted>.Number(
            "elbo-weight",
            "for ciwae: weight of the evidence lower bound",
            o => o.ElboWeight,
            (o, v) => o with { ElboWeight = v }
        ) with
        {
            Range = OptionRange.Fraction,
        },
    ];

    /// <inheritdoc/>
    public LossTerms ComputeLoss(GenerativeModel model, Tensor input, Tensor target, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!context.Training || model.Prior.IsPretraining)
            return Single(model, input, target, context);
        var q = model.Encode(input, context);
        Shape shape = [Samples, input.Shape[0], model.LatentDim];
        // Multiplying by 1 leaves q as it is. Backward reads the factor again, which is then the scale of the
        // encoder's gradient.
        var scale = Bound == ImportanceBound.Piwae ? model.Device.Full([Samples, input.Shape[0], 1], 1) : null;
        if (scale is not null)
            q = new DiagonalGaussian(Ops.Multiply(q.Mean, scale), Ops.Multiply(q.Deviation, scale));
        var z = q.Sample(Ops.RandomNormal(model.Device, shape, context.Rng));
        var noise = Ops.RandomNormal(model.Device, shape.With(-1, model.Prior.AuxiliaryDim), context.Rng);
        var reconstruction = model.Likelihood(target, z, context).NegativeLogProb(target);
        var divergence = Ops.Affine(model.Prior.LogRatio(input, q, z, noise, context), -1);
        var loss = LossTerms.Weighted(reconstruction, divergence, context.KlWeight);
        if (scale is not null)
            ScaleToGroups(loss, scale);
        return new LossTerms(Combine(loss), ("reconstruction", Ops.Mean(reconstruction)), ("kl", Ops.Mean(divergence)));
    }

    /// <inheritdoc/>
    public void Validate(ModelOptions model)
    {
        List.Validate(this);
        if (!model.Prior.HasLogRatioGradient)
            throw new ArgumentException(
                $"the objective iwae does not train the prior {PartCatalog.Prior.PartOf(model)}, whose p(y|w, z) is "
                    + "not part of its bound; choose another --prior or --objective elbo."
            );
        if (model.Likelihood.SampleReconstruction)
            throw new ArgumentException(
                "sample-reconstruction is on; the objective iwae compares images with the mean. Leave it out."
            );
        bool grouped = Bound is ImportanceBound.Miwae or ImportanceBound.Piwae;
        if (Groups > 1 && !grouped)
            throw new ArgumentException(
                $"importance-groups is {Groups}; the bound {OptionName.Name(Bound)} has no groups. Choose "
                    + "--importance-bound miwae or piwae."
            );
        if (Samples % Groups != 0)
            throw new ArgumentException($"importance-groups is {Groups}; it must divide the {Samples} samples.");
        if (Bound != ImportanceBound.Ciwae && ElboWeight != new ImportanceWeighted().ElboWeight)
            throw new ArgumentException(
                $"elbo-weight is {ElboWeight}; the bound {OptionName.Name(Bound)} has no such weight. Choose "
                    + "--importance-bound ciwae."
            );
    }

    /// <summary>
    /// The evidence lower bound, for evaluation and for the pretraining of a prior, in which LogRatio has no meaning.
    /// In training, its terms have the same names as those of the other bounds.
    /// </summary>
    private static LossTerms Single(GenerativeModel model, Tensor input, Tensor target, ForwardContext context)
    {
        var terms = new EvidenceLowerBound().ComputeLoss(model, input, target, context);
        return context.Training
            ? new LossTerms(
                terms.Loss,
                terms.Terms[0],
                ("kl", terms.Terms.Skip(1).Select(term => term.Value).Aggregate(Ops.Add))
            )
            : terms;
    }

    /// <summary>The minimised scalar from −log w_k, (K, N).</summary>
    private Tensor Combine(Tensor loss)
    {
        var all = Negative(Ops.LogMeanExp(Negative(loss), axis: 0));
        return Bound switch
        {
            ImportanceBound.Miwae => Ops.Mean(Negative(Ops.LogMeanExp(Negative(Grouped(loss)), axis: 1))),
            ImportanceBound.Ciwae => Ops.Add(
                Ops.Affine(Ops.Mean(loss), ElboWeight),
                Ops.Affine(Ops.Mean(all), 1 - ElboWeight)
            ),
            _ => Ops.Mean(all),
        };
    }

    /// <summary>
    /// Sets the scale of the encoder's gradient, (K, N, 1): the weight of a sample among those of its group over M,
    /// divided by its weight among all samples.
    /// </summary>
    private void ScaleToGroups(Tensor loss, Tensor scale)
    {
        using var pause = loss.Device.Tape.Pause();
        var logWeights = Negative(loss);
        var all = Ops.LogMeanExp(logWeights, axis: 0); // (N)
        var groups = Ops.LogMeanExp(Grouped(logWeights), axis: 1); // (M, N)
        var ratio = Ops.Exp(Ops.Clamp(Ops.Subtract(all, groups), -LargestLogScale, LargestLogScale));
        int images = loss.Shape[1];
        scale.CopyFrom(Ops.BroadcastTo(Ops.Reshape(ratio, [Groups, 1, images]), [Groups, Samples / Groups, images]));
    }

    /// <summary>(K, N) as (M, K/M, N).</summary>
    private Tensor Grouped(Tensor x) => Ops.Reshape(x, [Groups, Samples / Groups, x.Shape[1]]);

    private static Tensor Negative(Tensor x) => Ops.Affine(x, -1);
}
