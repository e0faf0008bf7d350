using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;
using Elbo.Nn.Graphs;

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
        new(_mean.Forward(features), Ops.Affine(_deviation.Forward(features), 1, MinStd));

    public (Node Mean, Node Deviation) Describe(NetworkGraph graph, Node features) =>
        (graph.Apply(_mean, features), graph.Affine(graph.Apply(_deviation, features), 1, MinStd));
}

/// <summary>A posterior with hidden layers before its own.</summary>
/// <param name="hidden">The hidden layers.</param>
/// <param name="heads">The posterior on their output.</param>
internal sealed class HiddenGaussian(ILayer hidden, IPosterior heads) : IPosterior
{
    public IEnumerable<Parameter> Parameters => [.. hidden.Parameters, .. heads.Parameters];

    public DiagonalGaussian Forward(Tensor features, ForwardContext context) =>
        heads.Forward(hidden.Forward(features, context), context);

    public (Node Mean, Node Deviation) Describe(NetworkGraph graph, Node features) =>
        heads.Describe(graph, hidden.Describe(graph, features));
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
            _mean.Forward(_meanHidden.Forward(features, context)),
            _variance.Forward(_varianceHidden.Forward(features, context))
        );

    public (Node Mean, Node Deviation) Describe(NetworkGraph graph, Node features)
    {
        var mean = graph.Apply(_mean, _meanHidden.Describe(graph, features));
        return (mean, graph.OfVariance(graph.Apply(_variance, _varianceHidden.Describe(graph, features))));
    }
}

/// <summary>Parts of distributions in graphs.</summary>
internal static class GraphDistributions
{
    /// <summary>The standard deviation of <see cref="DiagonalGaussian.WithVariance"/>.</summary>
    public static Node OfVariance(this NetworkGraph graph, Node variance) =>
        graph.Map(graph.Affine(variance, 1, DiagonalGaussian.SmallestVariance), GraphFunction.Sqrt);
}
