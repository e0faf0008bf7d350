using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// Two separate fully connected networks, one for the mean and one for the variance, which is a softplus.
/// </summary>
internal sealed class DenseGaussianEncoder : IGaussianEncoder
{
    private readonly Mlp _meanHidden;
    private readonly Linear _mean;
    private readonly Mlp _varianceHidden;
    private readonly Linear _variance;

    /// <summary>Parameters <c>name.mean.…</c> and <c>name.variance.…</c>.</summary>
    public DenseGaussianEncoder(
        string name,
        int inputs,
        IReadOnlyList<int> hidden,
        IReadOnlyList<Activation> activations,
        int outputs,
        float dropout,
        Initializer initializer
    )
    {
        _meanHidden = new Mlp($"{name}.mean.hidden", inputs, hidden, activations, dropout, initializer);
        _mean = new Linear($"{name}.mean", _meanHidden.Outputs, outputs, initializer);
        _varianceHidden = new Mlp($"{name}.variance.hidden", inputs, hidden, activations, dropout, initializer);
        _variance = new Linear($"{name}.variance", _varianceHidden.Outputs, outputs, initializer, Activation.Softplus);
    }

    public IEnumerable<Parameter> Parameters =>
        [.. _meanHidden.Parameters, .. _mean.Parameters, .. _varianceHidden.Parameters, .. _variance.Parameters];

    public DiagonalGaussian Encode(Tensor x, ForwardContext context) =>
        DiagonalGaussian.WithVariance(
            _mean.Forward(_meanHidden.Forward(x, context)),
            _variance.Forward(_varianceHidden.Forward(x, context))
        );
}
