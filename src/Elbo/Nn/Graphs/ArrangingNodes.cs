using Elbo.Engine;

namespace Elbo.Nn.Graphs;

/// <summary>The first rows and columns of maps.</summary>
public sealed class CropNode : Node
{
    internal CropNode(Node x, int height, int width)
        : base([x.Shape[0], height, width], x) { }
}

/// <summary>The same elements in another shape, in row-major order.</summary>
public sealed class ReshapeNode : Node
{
    internal ReshapeNode(Node x, Shape shape, int[]? order = null)
        : base(shape, x) => Order = order;
}

/// <summary>Features or channels side by side.</summary>
public sealed class ConcatNode : Node
{
    internal ConcatNode(IReadOnlyList<Node> parts)
        : base(parts[0].Shape.With(0, parts.Sum(part => part.Shape[0])), parts)
    {
        if (parts.All(part => part.Order is null))
            return;
        int start = 0;
        var order = new List<int>();
        foreach (var part in parts)
        {
            order.AddRange(Enumerable.Range(0, part.Shape[0]).Select(i => start + (part.Order?[i] ?? i)));
            start += part.Shape[0];
        }
        Order = [.. order];
    }
}

/// <summary>Consecutive features or channels.</summary>
public sealed class SliceNode : Node
{
    internal SliceNode(Node x, int start, int length)
        : base(x.Shape.With(0, length), x) => Start = start;

    /// <summary>The first of them.</summary>
    public int Start { get; }

    /// <summary>Number of them.</summary>
    public int Length => Shape[0];
}

/// <summary>1 at the index of the class and 0 elsewhere, from one whole number for each image.</summary>
public sealed class OneHotNode : Node
{
    internal OneHotNode(Node index, int classes)
        : base([classes], index) { }
}
