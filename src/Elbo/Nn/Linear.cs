using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Nn;

/// <summary>A fully connected layer: activation(x·Wᵀ + b).</summary>
public sealed class Linear : ILayer
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly Activation _activation;

    /// <summary>
    /// Creates the layer with parameters <c>name.weight</c>, (outputs, inputs), and <c>name.bias</c>, (outputs),
    /// initially 0 by default.
    /// </summary>
    /// <param name="name">Prefix of the parameter names.</param>
    /// <param name="inputs">Number of input features.</param>
    /// <param name="outputs">Number of output features.</param>
    /// <param name="initializer">Initial weights.</param>
    /// <param name="activation">Applied to the output.</param>
    /// <param name="bias">Whether there is a bias. Omit it before a normalisation, which has its own shift.</param>
    /// <param name="biasInitializer">Initial bias; null means 0.</param>
    /// <exception cref="ArgumentException">
    /// The weight is larger than a tensor can be, a size is less than 1, or the activation is not known.
    /// </exception>
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
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(initializer);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Require.Defined(activation);
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
    /// <exception cref="InvalidOperationException">The layer has no bias.</exception>
    internal Tensor Bias => _bias?.Value ?? throw new InvalidOperationException("this layer has no bias.");

    /// <summary>The weight, and the bias if there is one.</summary>
    public IEnumerable<Parameter> Parameters => _bias is null ? [_weight] : [_weight, _bias];

    /// <summary>Maps (…, inputs) to (…, outputs); without a bias, (N, inputs) to (N, outputs).</summary>
    /// <exception cref="ArgumentException">The last dimension of x differs from the number of inputs.</exception>
    public Tensor Forward(Tensor x) =>
        _bias is null
            ? Ops.Activate(Ops.MatMul(x, _weight.Value, transposeB: true), _activation)
            : Ops.Linear(x, _weight.Value, _bias.Value, _activation);

    /// <inheritdoc/>
    Tensor ILayer.Forward(Tensor x, ForwardContext context) => Forward(x);

    /// <inheritdoc/>
    public override string ToString() => LayerName.Of("Linear", _activation);
}

/// <summary>
/// A multilayer perceptron without its output layer: fully connected hidden layers, each followed by dropout.
/// </summary>
public sealed class Mlp : ILayer
{
    private readonly Linear[] _layers;
    private readonly float _dropout;

    /// <summary>Creates layers called <c>name.0</c>, <c>name.1</c>, ….</summary>
    /// <param name="name">Prefix of the parameter names.</param>
    /// <param name="inputs">Number of input features.</param>
    /// <param name="widths">Width of every hidden layer. An empty list is the identity.</param>
    /// <param name="activations">One activation per layer.</param>
    /// <param name="dropout">Dropout rate of hidden units, in [0, 1).</param>
    /// <param name="initializer">Initial weights.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of widths and activations differ, the dropout rate is not in [0, 1), or a layer is as for
    /// <see cref="Linear"/>.
    /// </exception>
    public Mlp(
        string name,
        int inputs,
        IReadOnlyList<int> widths,
        IReadOnlyList<Activation> activations,
        float dropout,
        Initializer initializer
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(widths);
        ArgumentNullException.ThrowIfNull(activations);
        ArgumentNullException.ThrowIfNull(initializer);
        if (dropout is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(dropout), $"dropout is {dropout}; it must be in [0, 1).");
        if (widths.Count != activations.Count)
            throw new ArgumentException(
                $"got {widths.Count} layers with {activations.Count} activations; each layer needs one.",
                nameof(activations)
            );
        _layers = new Linear[widths.Count];
        for (int i = 0; i < _layers.Length; i++)
            _layers[i] = new Linear(
                $"{name}.{i}",
                i == 0 ? inputs : widths[i - 1],
                widths[i],
                initializer,
                activations[i]
            );
        _dropout = dropout;
        Outputs = widths.Count == 0 ? inputs : widths[^1];
    }

    /// <summary>Number of output features.</summary>
    public int Outputs { get; }

    /// <summary>The parameters of all layers, in order.</summary>
    public IEnumerable<Parameter> Parameters => _layers.SelectMany(l => l.Parameters);

    /// <summary>Maps (…, inputs) to (…, outputs).</summary>
    public Tensor Forward(Tensor x, ForwardContext context)
    {
        foreach (var layer in _layers)
        {
            x = context.Apply(layer, x);
            if (context.Training)
                x = Ops.Dropout(x, _dropout, context.Rng);
            if (_dropout > 0)
                context.Trace?.Add(FormattableString.Invariant($"Dropout {_dropout}"), x, x);
        }
        return x;
    }
}
