using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Training.Optimizers;

/// <summary>RMSprop: v ← αv + (1 − α)g²; p ← p − lr·g / (√v + ε).</summary>
/// <remarks>Tieleman and Hinton 2012; torch.optim.RMSprop, neither centred nor with momentum.</remarks>
public sealed class RmsProp : Optimizer
{
    private readonly RmsPropOptions _options;
    private readonly Tensor _meanSquare;

    /// <summary>An optimiser of <paramref name="parameters"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public RmsProp(ParameterSet parameters, RmsPropOptions? options = null)
        : base(parameters)
    {
        _options = options ?? new RmsPropOptions();
        _options.Validate();
        _meanSquare = AddState("mean_square");
    }

    /// <inheritdoc/>
    protected override void Update(float learningRate) =>
        ParameterUpdate.RmsProp(
            Parameters.Values,
            Parameters.Gradients,
            _meanSquare,
            learningRate,
            _options.Alpha,
            _options.Epsilon,
            _options.WeightDecay
        );
}
