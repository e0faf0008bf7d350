using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Training.Optimizers;

/// <summary>Stochastic gradient descent: v ← μv + g; p ← p − lr·v, or p − lr·(g + μv) after Nesterov.</summary>
/// <remarks>torch.optim.SGD without dampening; Sutskever et al. 2013.</remarks>
public sealed class Sgd : Optimizer
{
    private readonly SgdOptions _options;
    private readonly Tensor _velocity;

    /// <summary>An optimiser of <paramref name="parameters"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Sgd(ParameterSet parameters, SgdOptions? options = null)
        : base(parameters)
    {
        _options = options ?? new SgdOptions();
        _options.Validate();
        // Without momentum the velocity is only scratch: nothing of it reaches the next step, and nothing need be
        // saved.
        _velocity =
            _options.Momentum > 0 ? AddState("velocity") : parameters.Values.Device.Zeros(parameters.Values.Shape);
    }

    /// <inheritdoc/>
    protected override void Update(float learningRate) =>
        ParameterUpdate.Sgd(
            Parameters.Values,
            Parameters.Gradients,
            _velocity,
            learningRate,
            _options.Momentum,
            _options.Nesterov,
            _options.WeightDecay
        );
}
