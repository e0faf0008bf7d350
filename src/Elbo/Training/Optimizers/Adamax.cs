using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Training.Optimizers;

/// <summary>Adam with the infinity norm: m ← β₁m + (1 − β₁)g; u ← max(β₂u, |g| + ε); p ← p − lr·m̂ / u.</summary>
/// <remarks>Kingma and Ba 2015, section 7.1; torch.optim.Adamax.</remarks>
public sealed class Adamax : Optimizer
{
    private readonly AdamaxOptions _options;
    private readonly Tensor _first;
    private readonly Tensor _infinityNorm;

    /// <summary>An optimiser of <paramref name="parameters"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Adamax(ParameterSet parameters, AdamaxOptions? options = null)
        : base(parameters)
    {
        _options = options ?? new AdamaxOptions();
        _options.Validate();
        _first = AddState("first_moment");
        _infinityNorm = AddState("infinity_norm");
    }

    /// <inheritdoc/>
    protected override void Update(float learningRate) =>
        ParameterUpdate.Adamax(
            Parameters.Values,
            Parameters.Gradients,
            _first,
            _infinityNorm,
            Steps,
            learningRate,
            _options.Beta1,
            _options.Beta2,
            _options.Epsilon,
            _options.WeightDecay
        );
}
