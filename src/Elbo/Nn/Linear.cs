using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Nn;

/// <summary>A fully connected layer, activation(x·Wᵀ + b).</summary>
public sealed class Linear : ILayer
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly Activation _activation;

    /// <summary>
    /// A layer whose parameters are <c>name.weight</c>, (outputs, inputs), and <c>name.bias</c>, (outputs), zeros at
    /// first unless told otherwise.
    /// </summary>
    /// <param name="name">Prefix of the parameters' names.</param>
    /// <param name="inputs">Width of the input.</param>
    /// <param name="outputs">Width of the output.</param>
    /// <param name="initializer">First values of the weight.</param>
    /// <param name="activation">Applied to the output.</param>
    /// <param name="bias">Whether there is a bias; before a normalisation, which has a shift of its own, there should
    /// be none.</param>
    /// <param name="biasInitializer">First values of the bias; null for zeros.</param>
    /// <exception cref="ArgumentException">The weights are more than one tensor can hold.</exception>
    public Linear(
        string name,
        int inputs,
        int outputs,
        Initializer initializer,
        Activation activation = Activation.None,
        bool bias = true,
        Initializer? biasInitializer = null
    )
    {
        if ((long)inputs * outputs > int.MaxValue)
            throw new ArgumentException(
                $"layer {name} would have {outputs} × {inputs} weights, more than one tensor holds; make its "
                    + "hidden layers narrower."
            );
        _weight = new Parameter($"{name}.weight", [outputs, inputs], initializer);
        _bias = bias ? new Parameter($"{name}.bias", [outputs], biasInitializer ?? Initializers.Zeros) : null;
        _activation = activation;
    }

    /// <summary>The weight, (outputs, inputs).</summary>
    internal Tensor Weight => _weight.Value;

    /// <summary>The bias, (outputs).</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal Tensor Bias => _bias?.Value ?? throw new InvalidOperationException("this layer has no bias.");

    /// <summary>The weight, and the bias if there is one.</summary>
    public IEnumerable<Parameter> Parameters => _bias is null ? [_weight] : [_weight, _bias];

    /// <summary>(…, inputs) to (…, outputs); without a bias (N, inputs) to (N, outputs).</summary>
    /// <exception cref="ArgumentException">The last dimension of x is not the number of inputs.</exception>
    public Tensor Forward(Tensor x) =>
        _bias is null
            ? Ops.Activate(Ops.MatMul(x, _weight.Value, transposeB: true), _activation)
            : Ops.Linear(x, _weight.Value, _bias.Value, _activation);

    /// <inheritdoc/>
    Tensor ILayer.Forward(Tensor x, ForwardContext context) => Forward(x);
}
