using Elbo.Engine;

namespace Elbo.Nn.Graphs;

/// <summary>
/// A parameter or buffer of a model in the order of a graph, which is that of PyTorch and ONNX: the axes and the
/// entries along them may be permuted. It refers to the values of the model.
/// </summary>
public sealed class GraphTensor
{
    private readonly Tensor _source;
    private readonly int[] _axes;

    /// <summary>For every axis, the entries of the source in the order of the graph; null for the same order.</summary>
    private readonly int[]?[] _orders;

    /// <summary>Refers to <paramref name="parameter"/> with its axes in another order.</summary>
    /// <param name="parameter">A parameter of a placed module.</param>
    /// <param name="axes">For every axis of the result, that of the parameter; empty for the same axes.</param>
    public GraphTensor(Parameter parameter, params ReadOnlySpan<int> axes)
        : this((parameter ?? throw new ArgumentNullException(nameof(parameter))).Name, parameter.Value, axes) { }

    /// <summary>Refers to <paramref name="buffer"/>.</summary>
    /// <param name="buffer">A buffer of a placed module.</param>
    public GraphTensor(BufferTensor buffer)
        : this((buffer ?? throw new ArgumentNullException(nameof(buffer))).Name, buffer.Value, []) { }

    internal GraphTensor(string name, Tensor source, params ReadOnlySpan<int> axes)
        : this(
            name,
            source,
            axes.IsEmpty ? [.. Enumerable.Range(0, source.Shape.Rank)] : axes.ToArray(),
            new int[]?[source.Shape.Rank]
        ) { }

    private GraphTensor(string name, Tensor source, int[] axes, int[]?[] orders)
    {
        (Name, _source, _axes, _orders) = (name, source, axes, orders);
        Shape = new Shape([.. axes.Select(axis => source.Shape[axis])]);
    }

    /// <summary>Name in Elbo's files.</summary>
    public string Name { get; }

    /// <summary>Shape in the graph.</summary>
    public Shape Shape { get; }

    /// <summary>The values in the order of the graph, row-major.</summary>
    public float[] ToArray()
    {
        var result = new float[Shape.Count];
        var source = _source.Read();
        int[] positions = Positions();
        for (int i = 0; i < result.Length; i++)
            result[i] = source[positions[i]];
        return result;
    }

    /// <summary>Writes values in the order of the graph to the model.</summary>
    internal void Write(ReadOnlySpan<float> values)
    {
        float[] source = _source.ToArray();
        int[] positions = Positions();
        for (int i = 0; i < positions.Length; i++)
            source[positions[i]] = values[i];
        _source.CopyFrom(source);
    }

    /// <summary>The same tensor with the entries along an axis in another order.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="order">The index in this tensor of every entry of the result.</param>
    internal GraphTensor Reordered(int axis, int[] order)
    {
        int[]?[] orders = [.. _orders];
        orders[axis] = orders[axis] is { } before ? [.. order.Select(i => before[i])] : order;
        return new GraphTensor(Name, _source, _axes, orders);
    }

    /// <summary>The position in the source of every element of the graph's tensor.</summary>
    private int[] Positions()
    {
        int[] strides = new int[_axes.Length];
        for (int axis = strides.Length - 1, stride = 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= _source.Shape[axis];
        }
        int[] positions = [0];
        for (int axis = 0; axis < _axes.Length; axis++)
        {
            int extent = Shape[axis];
            int[] next = new int[positions.Length * extent];
            for (int i = 0; i < next.Length; i++)
            {
                int entry = i % extent;
                next[i] = positions[i / extent] + ((_orders[axis]?[entry] ?? entry) * strides[_axes[axis]]);
            }
            positions = next;
        }
        return positions;
    }
}
