using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Training.Optimizers;

/// <summary>Adam: m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − lr·m̂ / (√v̂ + ε).</summary>
/// <remarks>Kingma and Ba 2015; torch.optim.Adam.</remarks>
public sealed class Adam : Optimizer
{
    private readonly AdamOptions _options;
    private readonly Tensor _first;
    private readonly Tensor _second;

    /// <summary>An optimiser of <paramref name="parameters"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Adam(ParameterSet parameters, AdamOptions? options = null)
        : base(parameters)
    {
        _options = options ?? new AdamOptions();
        _options.Validate();
        _first = AddState("first_moment");
        _second = AddState("second_moment");
    }

    /// <inheritdoc/>
    protected override void Update(float learningRate) =>
        ParameterUpdate.Adam(
            Parameters.Values,
            Parameters.Gradients,
            _first,
            _second,
            largest: null,
            Steps,
            learningRate,
            _options.Beta1,
            _options.Beta2,
            _options.Epsilon,
            _options.WeightDecay,
            decoupled: false
        );
}
