using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Training.Optimizers;

/// <summary>Adam with the largest second moment so far in place of the present one.</summary>
/// <remarks>Reddi, Kale and Kumar 2018; torch.optim.Adam with amsgrad.</remarks>
public sealed class AmsGrad : Optimizer
{
    private readonly AdamOptions _options;
    private readonly Tensor _first;
    private readonly Tensor _second;
    private readonly Tensor _largest;

    /// <summary>An optimiser of <paramref name="parameters"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public AmsGrad(ParameterSet parameters, AdamOptions? options = null)
        : base(parameters)
    {
        _options = options ?? new AdamOptions();
        _options.Validate();
        _first = AddState("first_moment");
        _second = AddState("second_moment");
        _largest = AddState("largest_second_moment");
    }

    /// <inheritdoc/>
    protected override void Update(float learningRate) =>
        ParameterUpdate.Adam(
            Parameters.Values,
            Parameters.Gradients,
            _first,
            _second,
            _largest,
            Steps,
            learningRate,
            _options.Beta1,
            _options.Beta2,
            _options.Epsilon,
            _options.WeightDecay,
            decoupled: false
        );
}
