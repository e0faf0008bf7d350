using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models.Networks;

/// <summary>
/// N(μ, diag σ²) with two layers on the same features: one for μ and one for σ = 1e-6 + softplus, which is never 0.
/// </summary>
internal sealed class SharedGaussian : IPosterior
{
    private const float MinStd = 1e-6f;

    private readonly Linear _mean;
    private readonly Linear _deviation;

    /// <summary>Creates the layers with parameters <c>name.mean.…</c> and <c>name.deviation.…</c>.</summary>
    public SharedGaussian(string name, int features, int outputs, Initializer initializer)
    {
        _mean = new Linear($"{name}.mean", features, outputs, initializer);
        _deviation = new Linear($"{name}.deviation", features, outputs, initializer, Activation.Softplus);
    }

    public IEnumerable<Parameter> Parameters => [.. _mean.Parameters, .. _deviation.Parameters];

    public DiagonalGaussian Forward(Tensor features, ForwardContext context) =>
        new(context.Apply(_mean, features), Ops.Affine(context.Apply(_deviation, features), 1, MinStd));
}

/// <summary>A posterior with hidden layers before its own.</summary>
/// <param name="hidden">The hidden layers.</param>
/// <param name="heads">The posterior on their output.</param>
internal sealed class HiddenGaussian(ILayer hidden, IPosterior heads) : IPosterior
{
    public IEnumerable<Parameter> Parameters => [.. hidden.Parameters, .. heads.Parameters];

    public DiagonalGaussian Forward(Tensor features, ForwardContext context) =>
        heads.Forward(hidden.Forward(features, context), context);
}

/// <summary>N(μ, diag σ²) with two separate networks: one for μ and one for σ², which is a softplus.</summary>
internal sealed class SeparateGaussian : IPosterior
{
    private readonly Mlp _meanHidden;
    private readonly Linear _mean;
    private readonly Mlp _varianceHidden;
    private readonly Linear _variance;

    /// <summary>Creates the networks with parameters <c>name.mean.…</c> and <c>name.variance.…</c>.</summary>
    public SeparateGaussian(
        string name,
        int features,
        IReadOnlyList<int> hidden,
        IReadOnlyList<Activation> activations,
        int outputs,
        float dropout,
        Initializer initializer
    )
    {
        _meanHidden = new Mlp($"{name}.mean.hidden", features, hidden, activations, dropout, initializer);
        _mean = new Linear($"{name}.mean", _meanHidden.Outputs, outputs, initializer);
        _varianceHidden = new Mlp($"{name}.variance.hidden", features, hidden, activations, dropout, initializer);
        _variance = new Linear($"{name}.variance", _varianceHidden.Outputs, outputs, initializer, Activation.Softplus);
    }

    public IEnumerable<Parameter> Parameters =>
        [.. _meanHidden.Parameters, .. _mean.Parameters, .. _varianceHidden.Parameters, .. _variance.Parameters];

    public DiagonalGaussian Forward(Tensor features, ForwardContext context) =>
        DiagonalGaussian.WithVariance(
            context.Apply(_mean, _meanHidden.Forward(features, context)),
            context.Apply(_variance, _varianceHidden.Forward(features, context))
        );
}
