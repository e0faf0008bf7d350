using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Nn;

/// <summary>
/// Fully connected hidden layers, each followed by dropout: a multilayer perceptron without its output layer.
/// </summary>
public sealed class Mlp
{
    private readonly Linear[] _layers;
    private readonly float _dropout;

    /// <summary>Layers called <c>name.0</c>, <c>name.1</c>, ….</summary>
    /// <param name="name">Prefix of the parameters' names.</param>
    /// <param name="inputs">Width of the input.</param>
    /// <param name="widths">Width of every hidden layer; none makes this the identity.</param>
    /// <param name="activations">One for every layer.</param>
    /// <param name="dropout">Share of hidden units set to 0 in training, in [0, 1).</param>
    /// <param name="initializer">First values of the weights.</param>
    /// <exception cref="ArgumentException">The numbers of widths and activations differ.</exception>
    public Mlp(
        string name,
        int inputs,
        IReadOnlyList<int> widths,
        IReadOnlyList<Activation> activations,
        float dropout,
        Initializer initializer
    )
    {
        if (widths.Count != activations.Count)
            throw new ArgumentException(
                $"{widths.Count} layers came with {activations.Count} activations; each layer needs one.",
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

    /// <summary>Width of the output.</summary>
    public int Outputs { get; }

    /// <summary>Of all layers, in order.</summary>
    public IEnumerable<Parameter> Parameters => _layers.SelectMany(l => l.Parameters);

    /// <summary>(…, inputs) to (…, outputs).</summary>
    public Tensor Forward(Tensor x, ForwardContext context)
    {
        foreach (var layer in _layers)
        {
            x = layer.Forward(x);
            if (context.Training)
                x = Ops.Dropout(x, _dropout, context.Rng);
        }
        return x;
    }
}
