using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Nn.Graphs;

/// <summary>
/// An operation of a <see cref="NetworkGraph"/> and its result: feature maps (N, C, H, W), rows of features (N, F), or
/// a constant.
/// </summary>
public abstract class Node
{
    private protected Node(Shape shape, params IReadOnlyList<Node> inputs)
    {
        (Shape, Inputs, IsBatched) = (shape, inputs, inputs.Any(input => input.IsBatched));
        foreach (var input in inputs)
            input.Uses++;
    }

    /// <summary>The nodes whose results the operation takes.</summary>
    public IReadOnlyList<Node> Inputs { get; }

    /// <summary>Shape of the result for one image: (C, H, W) or (F); of a constant, all of it.</summary>
    public Shape Shape { get; }

    /// <summary>Whether the result has a first dimension N besides <see cref="Shape"/>.</summary>
    public bool IsBatched { get; private protected init; }

    /// <summary>Number of nodes that take the result.</summary>
    internal int Uses { get; private set; }

    /// <summary>
    /// For features that are flattened maps: the index that each feature has in Elbo's order, (H, W, C). Null for
    /// features in the same order.
    /// </summary>
    internal int[]? Order { get; private protected init; }
}

/// <summary>Images, codes, or another argument of a graph.</summary>
public sealed class InputNode : Node
{
    internal InputNode(string name, Shape shape, bool isIndex)
        : base(shape) => (Name, IsIndex, IsBatched) = (name, isIndex, true);

    /// <summary>Name of the argument.</summary>
    public string Name { get; }

    /// <summary>Whether the argument is one whole number for each image, such as its class.</summary>
    public bool IsIndex { get; }
}

/// <summary>A tensor of the model as an operand.</summary>
public sealed class ConstantNode : Node
{
    internal ConstantNode(GraphTensor tensor)
        : base(tensor.Shape) => Tensor = tensor;

    /// <summary>The tensor.</summary>
    public GraphTensor Tensor { get; }
}

/// <summary>A node with weights.</summary>
public abstract class WeightedNode : Node
{
    private protected WeightedNode(Shape shape, Node x, GraphTensor weight, GraphTensor? bias)
        : base(shape, x) => (Weight, Bias) = (weight, bias);

    /// <summary>The weight.</summary>
    public GraphTensor Weight { get; private protected set; }

    /// <summary>The bias, one value per output feature or channel; null for none.</summary>
    public GraphTensor? Bias { get; private protected set; }

    /// <summary>All tensors of the node.</summary>
    public virtual IEnumerable<GraphTensor> Tensors => Bias is null ? [Weight] : [Weight, Bias];
}

/// <summary>x·Wᵀ + b, with weights (outputs, inputs).</summary>
public sealed class LinearNode : WeightedNode
{
    internal LinearNode(Node x, GraphTensor weight, GraphTensor? bias)
        : base([weight.Shape[0]], x, x.Order is { } order ? weight.Reordered(1, order) : weight, bias) { }

    internal void ReorderOutputs(int[] order) =>
        (Weight, Bias) = (Weight.Reordered(0, order), Bias?.Reordered(0, order));
}

/// <summary>Zeros around images, or rows and columns cut off from the result of a transposed convolution.</summary>
/// <param name="Top">Rows at the top.</param>
/// <param name="Left">Columns at the left.</param>
/// <param name="Bottom">Rows at the bottom.</param>
/// <param name="Right">Columns at the right.</param>
public readonly record struct Padding(int Top, int Left, int Bottom, int Right)
{
    /// <summary>Whether all four sides are the same.</summary>
    public bool IsEven => Top == Left && Top == Bottom && Top == Right;
}

/// <summary>
/// A convolution with weights (outputs, inputs, height, width), or a transposed one with weights (inputs, outputs,
/// height, width).
/// </summary>
public sealed class ConvolutionNode : WeightedNode
{
    internal ConvolutionNode(
        Shape shape,
        Node x,
        GraphTensor weight,
        GraphTensor? bias,
        bool transposed,
        int stride,
        Padding padding,
        int outputPadding
    )
        : base(shape, x, weight, bias) =>
        (IsTransposed, Stride, Padding, OutputPadding) = (transposed, stride, padding, outputPadding);

    /// <summary>Whether the convolution is transposed.</summary>
    public bool IsTransposed { get; }

    /// <summary>Pixels between windows, in both directions.</summary>
    public int Stride { get; }

    /// <summary>Zeros around the images.</summary>
    public Padding Padding { get; }

    /// <summary>Rows and columns added at the bottom and right of a transposed convolution's result.</summary>
    public int OutputPadding { get; }
}

/// <summary>Batch normalisation with running statistics: weight·(x − mean)/√(variance + ε) + bias.</summary>
public sealed class BatchNormNode : WeightedNode
{
    internal BatchNormNode(
        Node x,
        GraphTensor weight,
        GraphTensor bias,
        GraphTensor mean,
        GraphTensor variance,
        float epsilon
    )
        : base(x.Shape, x, weight, bias)
    {
        (Mean, Variance, Epsilon, Order) = (mean, variance, epsilon, x.Order);
        if (x.Order is { } order)
            Reorder(order);
    }

    /// <summary>Running mean of every feature or channel.</summary>
    public GraphTensor Mean { get; private set; }

    /// <summary>Running variance of every feature or channel.</summary>
    public GraphTensor Variance { get; private set; }

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; }

    /// <inheritdoc/>
    public override IEnumerable<GraphTensor> Tensors => [.. base.Tensors, Mean, Variance];

    internal void Reorder(int[] order)
    {
        (Weight, Bias) = (Weight.Reordered(0, order), Bias!.Reordered(0, order));
        (Mean, Variance) = (Mean.Reordered(0, order), Variance.Reordered(0, order));
    }
}

/// <summary>An activation function of every element.</summary>
public sealed class ActivationNode : Node
{
    internal ActivationNode(Node x, Activation activation)
        : base(x.Shape, x) => (Activation, Order) = (activation, x.Order);

    /// <summary>The function.</summary>
    public Activation Activation { get; }
}

/// <summary>Dropout, which is the identity except in training.</summary>
public sealed class DropoutNode : Node
{
    internal DropoutNode(Node x, float rate)
        : base(x.Shape, x) => (Rate, Order) = (rate, x.Order);

    /// <summary>Rate at which training drops elements.</summary>
    public float Rate { get; }
}
