using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// Fully connected hidden layers with two layers on top: the mean, and the deviation, which is 1e-6 + softplus.
/// </summary>
internal sealed class SharedGaussianEncoder : IGaussianEncoder
{
    private readonly Mlp _hidden;
    private readonly Linear _mean;
    private readonly Linear _deviation;

    /// <summary>Parameters <c>name.hidden.…</c>, <c>name.mean.…</c> and <c>name.deviation.…</c>.</summary>
    public SharedGaussianEncoder(
        string name,
        int inputs,
        IReadOnlyList<int> hidden,
        IReadOnlyList<Activation> activations,
        int outputs,
        float dropout,
        Initializer initializer
    )
    {
        _hidden = new Mlp($"{name}.hidden", inputs, hidden, activations, dropout, initializer);
        _mean = new Linear($"{name}.mean", _hidden.Outputs, outputs, initializer);
        _deviation = new Linear($"{name}.deviation", _hidden.Outputs, outputs, initializer, Activation.Softplus);
    }

    public IEnumerable<Parameter> Parameters => [.. _hidden.Parameters, .. _mean.Parameters, .. _deviation.Parameters];

    public DiagonalGaussian Encode(Tensor x, ForwardContext context)
    {
        var hidden = _hidden.Forward(x, context);
        return new DiagonalGaussian(
            _mean.Forward(hidden),
            Ops.Affine(_deviation.Forward(hidden), 1, GenerativeModel.SmallestDeviation)
        );
    }
}
