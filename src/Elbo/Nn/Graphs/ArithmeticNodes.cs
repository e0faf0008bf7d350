using Elbo.Engine;

namespace Elbo.Nn.Graphs;

/// <summary>scale·x + shift</summary>
public sealed class AffineNode : Node
{
    internal AffineNode(Node x, float scale, float shift)
        : base(x.Shape, x) => (Scale, Shift, Order) = (scale, shift, x.Order);

    /// <summary>The factor.</summary>
    public float Scale { get; }

    /// <summary>What is added.</summary>
    public float Shift { get; }
}

/// <summary>Functions of a <see cref="FunctionNode"/>.</summary>
public enum GraphFunction
{
    /// <summary>x²</summary>
    Square,

    /// <summary>√x</summary>
    Sqrt,

    /// <summary>eˣ</summary>
    Exp,

    /// <summary>eˣ / Σ eˣ over the last dimension</summary>
    Softmax,

    /// <summary>log(eˣ / Σ eˣ) over the last dimension</summary>
    LogSoftmax,
}

/// <summary>A function without parameters.</summary>
public sealed class FunctionNode : Node
{
    internal FunctionNode(Node x, GraphFunction function)
        : base(x.Shape, x) => Function = function;

    /// <summary>The function.</summary>
    public GraphFunction Function { get; }
}

/// <summary>The sum of two results, which broadcast.</summary>
public sealed class AddNode : Node
{
    internal AddNode(Node left, Node right)
        : base(Shape.Broadcast(left.Shape, right.Shape), left, right) { }
}

/// <summary>
/// Logarithm of the density N(x; μ, diag σ²) in nats, over the last dimension. The operands broadcast.
/// </summary>
public sealed class GaussianLogDensityNode : Node
{
    internal GaussianLogDensityNode(Node x, Node mean, Node deviation)
        : base(Shape.Broadcast(x.Shape, Shape.Broadcast(mean.Shape, deviation.Shape)).Without(-1), x, mean, deviation)
    { }
}
