using Elbo.Engine;

namespace Elbo.Nn;

/// <summary>A layer that a forward pass went through.</summary>
/// <param name="Name">Prefix of the names of its parameters; empty for a layer without parameters.</param>
/// <param name="Kind">Kind and settings, such as <c>Conv2d 4×4, stride 2, leaky-relu</c>.</param>
/// <param name="Output">
/// Shape of the output for one image: features <c>500</c>, or maps <c>64×14×14</c> as channels, height and width.
/// </param>
/// <param name="Parameters">Number of trained parameters.</param>
/// <param name="Input">
/// Index of the layer whose output, possibly reshaped, is the input; −1 for the input of the pass.
/// </param>
public sealed record TracedLayer(string Name, string Kind, string Output, long Parameters, int Input);

/// <summary>Records the layers of a forward pass with the shapes of their outputs.</summary>
public sealed class LayerTrace
{
    private readonly List<TracedLayer> _layers = [];

    /// <summary>The index of the layer that computed a tensor, or from whose output it was reshaped.</summary>
    private readonly Dictionary<Tensor, int> _sources = new(ReferenceEqualityComparer.Instance);

    /// <summary>The layers in the order of the pass.</summary>
    public IReadOnlyList<TracedLayer> Layers => _layers;

    /// <summary>Records a layer with its input and output, whose first dimension counts the images.</summary>
    internal void Add(ILayer layer, Tensor input, Tensor output)
    {
        string name = layer.Parameters.FirstOrDefault()?.Name ?? "";
        int end = name.LastIndexOf('.');
        Add(
            end < 0 ? name : name[..end],
            $"{layer}",
            input,
            output,
            layer.Parameters.Sum(parameter => (long)parameter.Shape.Count)
        );
    }

    /// <summary>Records an operation without parameters.</summary>
    internal void Add(string kind, Tensor input, Tensor output) => Add("", kind, input, output, 0);

    private void Add(string name, string kind, Tensor input, Tensor output, long parameters)
    {
        // An unknown tensor is the last output after an operation that is not a layer, such as a reshape.
        if (!_sources.TryGetValue(input, out int source))
            _sources[input] = source = _layers.Count - 1;
        _sources[output] = _layers.Count;
        var shape = output.Shape;
        // Maps are (N, H, W, C).
        string text = shape.Rank == 4 ? $"{shape[3]}×{shape[1]}×{shape[2]}" : $"{shape[-1]}";
        _layers.Add(new TracedLayer(name, kind, text, parameters, source));
    }
}
