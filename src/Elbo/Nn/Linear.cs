using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Nn;

/// <summary>A fully connected layer, activation(x·Wᵀ + b).</summary>
public sealed class Linear
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly Activation _activation;

    /// <summary>A layer whose parameters are <c>name.weight</c>, (outputs, inputs), and <c>name.bias</c>, (outputs), zeros at first.</summary>
    /// <exception cref="ArgumentException">The weights are more than one tensor can hold.</exception>
    public Linear(string name, int inputs, int outputs, Initializer initializer, Activation activation = Activation.None)
    {
        if ((long)inputs * outputs > int.MaxValue) throw new ArgumentException($"layer {name} would have {outputs} × {inputs} weights, more than one tensor holds; make its hidden layers narrower.");
        _weight = new Parameter($"{name}.weight", [outputs, inputs], initializer);
        _bias = new Parameter($"{name}.bias", [outputs], Initializers.Zeros);
        _activation = activation;
    }

    /// <summary>Weight and bias.</summary>
    public IEnumerable<Parameter> Parameters => [_weight, _bias];

    /// <summary>(…, inputs) to (…, outputs).</summary>
    /// <exception cref="ArgumentException">The last dimension of x is not the number of inputs.</exception>
    public Tensor Forward(Tensor x) => Ops.Linear(x, _weight.Value, _bias.Value, _activation);
}
