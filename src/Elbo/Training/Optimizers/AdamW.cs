using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Training.Optimizers;

/// <summary>Adam with decoupled weight decay: p ← p − lr·decay·p before each step of Adam.</summary>
/// <remarks>Loshchilov and Hutter 2019; torch.optim.AdamW.</remarks>
public sealed class AdamW : Optimizer
{
    private readonly AdamWOptions _options;
    private readonly Tensor _first;
    private readonly Tensor _second;

    /// <summary>An optimiser of <paramref name="parameters"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public AdamW(ParameterSet parameters, AdamWOptions? options = null)
        : base(parameters)
    {
        _options = options ?? new AdamWOptions();
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
            decoupled: true
        );
}
