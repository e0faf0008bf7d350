using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models.Networks;
using Elbo.Nn;

namespace Elbo.Models.Priors;

/// <summary>
/// A second stochastic layer as prior: p(z₂) = N(0, I) over a top code, and p(z|z₂) a Gaussian whose parameters a
/// network computes. A network from z to a Gaussian q(z₂|z) infers the top code.
/// </summary>
/// <remarks>
/// Burda, Grosse and Salakhutdinov 2016, "Importance weighted autoencoders", section 5. The defaults are those of their
/// model with two stochastic layers, whose lower code has 100 dimensions.
/// </remarks>
public sealed record HierarchicalOptions : PriorOptions
{
    /// <summary>Number of dimensions of the top code z₂, 1 to 4096.</summary>
    public int TopDim { get; init; } = 50;

    /// <summary>
    /// Widths of the hidden tanh layers of q(z₂|z), in order from z; p(z|z₂) has them in reverse order.
    /// </summary>
    public IReadOnlyList<int> PriorHidden { get; init; } = [100, 100];

    /// <summary>
    /// Added to the variances of p(z|z₂). Without it, the scale of z is free, since the decoder can undo it. It then
    /// shrinks in importance-weighted training, until a step of the optimiser exceeds the standard deviations.
    /// </summary>
    public float MinPriorVariance { get; init; } = 0.1f;

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<HierarchicalOptions>> List { get; } =
    [
        OptionOf<HierarchicalOptions>.WholeNumber(
            "top-dim",
            "number of dimensions of the top code of the prior hierarchical",
            o => o.TopDim,
            (o, v) => o with { TopDim = v }
        ) with
        {
            Range = OptionRange.Between(1, 4096),
        },
        OptionOf<HierarchicalOptions>.WholeNumbers(
            MixtureOptions.HiddenName,
            MixtureOptions.HiddenDescription,
            o => o.PriorHidden,
            (o, v) => o with { PriorHidden = v }
        ) with
        {
            Default = MixtureOptions.HiddenDefault,
        },
        OptionOf<HierarchicalOptions>.Number(
            MixtureOptions.VarianceName,
            MixtureOptions.VarianceDescription,
            o => o.MinPriorVariance,
            (o, v) => o with { MinPriorVariance = v }
        ) with
        {
            Aliases = MixtureOptions.VarianceAliases,
            Range = OptionRange.From(0),
        },
    ];

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.Given(PriorHidden, "prior-hidden");
        List.Validate(this);
        NetworkOptions.CheckWidths("prior-hidden has a layer of width", PriorHidden);
    }

    /// <inheritdoc/>
    public override IPrior Create(
        Encoder encoder,
        NetworkOptions network,
        ImageShape image,
        int latentDim,
        Device device
    )
    {
        ArgumentNullException.ThrowIfNull(device);
        return new HierarchicalPrior(this, latentDim, device);
    }
}

/// <summary>p(z) = ∫ N(z₂; 0, I) p(z|z₂) dz₂, with q(z₂|z).</summary>
/// <remarks>
/// At one sample of z and z₂, the divergence is [log q(z|x) − log p(z|z₂)] + KL(q(z₂|z) ‖ N(0, I)). It is an upper
/// bound of KL(q(z|x) ‖ p(z)).
/// </remarks>
internal sealed class HierarchicalPrior : IPrior
{
    private readonly float _minVariance;
    private readonly Device _device;
    private readonly Encoder _top;
    private readonly Encoder _lower;

    /// <summary>
    /// Creates the prior with parameters <c>encoder.top.…</c> of q(z₂|z) and <c>decoder.prior.…</c> of p(z|z₂).
    /// </summary>
    public HierarchicalPrior(HierarchicalOptions options, int latentDim, Device device)
    {
        (_minVariance, _device) = (options.MinPriorVariance, device);
        AuxiliaryDim = options.TopDim;
        _top = Network("encoder.top", latentDim, options.PriorHidden, options.TopDim);
        _lower = Network("decoder.prior", options.TopDim, [.. options.PriorHidden.Reverse()], latentDim);
    }

    public IEnumerable<Parameter> Parameters => [.. _top.Parameters, .. _lower.Parameters];

    /// <summary>Number of dimensions of z₂.</summary>
    public int AuxiliaryDim { get; }

    public IReadOnlyList<(string Name, Tensor Value)> Divergence(
        Tensor input,
        DiagonalGaussian q,
        Tensor z,
        ForwardContext context
    )
    {
        var top = _top.Encode(z, context);
        var lower = Lower(top.Sample(context.Rng), context);
        return
        [
            ("kl-z", Ops.Mean(Ops.Subtract(q.LogProb(z), lower.LogProb(z)))),
            ("kl-top", Ops.Mean(top.KlToStandardNormal())),
        ];
    }

    /// <summary>log p(z₂) + log p(z|z₂) − log q(z|x) − log q(z₂|z).</summary>
    public Tensor LogRatio(Tensor input, DiagonalGaussian q, Tensor z, Tensor noise, ForwardContext context)
    {
        var top = _top.Encode(z, context);
        var z2 = top.Sample(noise);
        var lower = Lower(z2, context);
        return Ops.Add(
            Ops.Subtract(lower.LogProb(z), q.LogProb(z)),
            Ops.Subtract(DiagonalGaussian.Standard(_device, AuxiliaryDim).LogProb(z2), top.LogProb(z2))
        );
    }

    /// <summary>Samples z₂ from N(0, I), then z from p(z|z₂).</summary>
    public Tensor Sample(int count, Rng rng) =>
        Lower(Ops.RandomNormal(_device, [count, AuxiliaryDim], rng), new ForwardContext(rng, Training: false))
            .Sample(rng);

    /// <summary>p(z|z₂).</summary>
    private DiagonalGaussian Lower(Tensor z2, ForwardContext context)
    {
        var (mean, deviation) = _lower.Encode(z2, context);
        return DiagonalGaussian.WithVariance(mean, Ops.Affine(Ops.Square(deviation), 1, _minVariance));
    }

    private static Encoder Network(string name, int inputs, IReadOnlyList<int> widths, int outputs)
    {
        var hidden = new Mlp(
            $"{name}.hidden",
            inputs,
            widths,
            [.. widths.Select(_ => Activation.Tanh)],
            dropout: 0,
            Initializers.GlorotUniform
        );
        return new Encoder(hidden, new SharedGaussian(name, hidden.Outputs, outputs, Initializers.GlorotUniform));
    }
}
