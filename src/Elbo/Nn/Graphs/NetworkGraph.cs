using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Nn.Graphs;

/// <summary>A layer in a graph.</summary>
/// <param name="Name">Prefix of the names of its parameters; empty for a layer without parameters.</param>
/// <param name="Kind">Kind and settings, such as <c>Conv2d 4×4, stride 2, leaky-relu</c>.</param>
/// <param name="Output">
/// Shape of the output for one image: features <c>500</c>, or maps <c>64×14×14</c> as channels, height and width.
/// </param>
/// <param name="Parameters">Number of trained parameters.</param>
/// <param name="Input">Index of the layer from whose output its input comes; −1 for an input of the graph.</param>
public sealed record GraphLayer(string Name, string Kind, string Output, long Parameters, int Input);

/// <summary>
/// Describes what networks compute in inference, as operations that other programs have: images and maps are (N, C, H,
/// W), as in PyTorch and ONNX. Layers add themselves in <see cref="ILayer.Describe"/>.
/// </summary>
/// <remarks>
/// Layers compute on (N, H, W, C), so a layer after <see cref="Flatten"/> or before <see cref="Unflatten"/> has its
/// features in another order. The graph permutes the weights of that layer instead of the features.
/// </remarks>
public sealed class NetworkGraph
{
    /// <summary>All nodes, each after its inputs.</summary>
    private readonly List<Node> _nodes = [];
    private readonly List<GraphLayer> _layers = [];
    private readonly List<InputNode> _inputs = [];
    private readonly List<(string Name, Node Value)> _outputs = [];

    /// <summary>Index of the layer that computes a node.</summary>
    private readonly Dictionary<Node, int> _sources = [];

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<GraphLayer> Layers => _layers;

    /// <summary>The arguments in order.</summary>
    public IReadOnlyList<InputNode> Inputs => _inputs;

    /// <summary>The results by name, in order.</summary>
    public IReadOnlyList<(string Name, Node Value)> Outputs => _outputs;

    /// <summary>The nodes that the outputs need, each after its inputs.</summary>
    public IReadOnlyList<Node> Nodes
    {
        get
        {
            var needed = _outputs.Select(output => output.Value).ToHashSet();
            for (int i = _nodes.Count - 1; i >= 0; i--)
                if (needed.Contains(_nodes[i]))
                    needed.UnionWith(_nodes[i].Inputs);
            return [.. _nodes.Where(needed.Contains)];
        }
    }

    /// <summary>Adds an argument, (N, …).</summary>
    public Node Input(string name, Shape shape) => AddInput(new InputNode(name, shape, isIndex: false));

    /// <summary>Adds an argument of one class index for each image, (N), as one-hot rows (N, classes).</summary>
    public Node ClassInput(string name, int classes) =>
        Add(new OneHotNode(AddInput(new InputNode(name, [], isIndex: true)), classes));

    /// <summary>Names a result.</summary>
    public void Output(string name, Node value) => _outputs.Add((name, value));

    /// <summary>Describes a layer and lists it in <see cref="Layers"/>.</summary>
    public Node Apply(ILayer layer, Node x)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var output = layer.Describe(this, x);
        string name = layer.Parameters.FirstOrDefault()?.Name ?? "";
        int end = name.LastIndexOf('.');
        List(
            end < 0 ? name : name[..end],
            $"{layer}",
            x,
            output,
            layer.Parameters.Sum(parameter => (long)parameter.Shape.Count)
        );
        return output;
    }

    /// <summary>A tensor of the model, as an operand.</summary>
    public Node Constant(Parameter parameter) => Add(new ConstantNode(new GraphTensor(parameter)));

    /// <summary>x·Wᵀ + b, for rows (N, inputs).</summary>
    /// <param name="x">The rows.</param>
    /// <param name="weight">The weights, (outputs, inputs).</param>
    /// <param name="bias">The bias, (outputs), or null.</param>
    /// <exception cref="ArgumentException">The rows have another number of features.</exception>
    public Node Linear(Node x, Parameter weight, Parameter? bias)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        if (x.Shape.Rank != 1 || x.Shape[0] != weight.Shape[1])
            throw new ArgumentException($"x is {x.Shape}; {weight.Name} needs ({weight.Shape[1]}).", nameof(x));
        return Add(new LinearNode(x, new GraphTensor(weight), bias is null ? null : new GraphTensor(bias)));
    }

    /// <summary>A convolution of maps.</summary>
    /// <param name="x">The maps.</param>
    /// <param name="weight">
    /// The weights, (height, width, inputs, outputs); for a transposed convolution (height, width, outputs, inputs).
    /// </param>
    /// <param name="bias">The bias, (outputs), or null.</param>
    /// <param name="options">Stride and padding.</param>
    /// <param name="transposed">Whether the convolution is transposed.</param>
    public Node Convolution(Node x, Parameter weight, Parameter? bias, ConvolutionOptions options, bool transposed)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(options);
        var (height, top, bottom) = options.Extent(x.Shape[1], weight.Shape[0], transposed);
        var (width, left, right) = options.Extent(x.Shape[2], weight.Shape[1], transposed);
        return Add(
            new ConvolutionNode(
                [weight.Shape[transposed ? 2 : 3], height, width],
                x,
                // (height, width, in, out) and (height, width, out, in) both turn round.
                new GraphTensor(weight, 3, 2, 0, 1),
                bias is null ? null : new GraphTensor(bias),
                transposed,
                options.Stride,
                new Padding(top, left, bottom, right),
                transposed ? options.OutputPadding : 0
            )
        );
    }

    /// <summary>Batch normalisation of maps or rows with running statistics.</summary>
    public Node BatchNorm(
        Node x,
        Parameter weight,
        Parameter bias,
        BufferTensor mean,
        BufferTensor variance,
        float epsilon
    ) =>
        Add(
            new BatchNormNode(
                x,
                new GraphTensor(weight),
                new GraphTensor(bias),
                new GraphTensor(mean),
                new GraphTensor(variance),
                epsilon
            )
        );

    /// <summary>An activation function.</summary>
    public Node Activate(Node x, Activation activation) =>
        activation == Activation.None ? x : Add(new ActivationNode(x, activation));

    /// <summary>Dropout, which only training needs. It is listed in <see cref="Layers"/>.</summary>
    public Node Dropout(Node x, float rate)
    {
        if (rate == 0)
            return x;
        var result = Add(new DropoutNode(x, rate));
        List("", FormattableString.Invariant($"Dropout {rate}"), x, result, 0);
        return result;
    }

    /// <summary>The first rows and columns of maps.</summary>
    public Node Crop(Node x, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(x);
        return (x.Shape[1], x.Shape[2]) == (height, width) ? x : Add(new CropNode(x, height, width));
    }

    /// <summary>Maps (N, C, H, W) as rows of features; rows stay as they are.</summary>
    /// <param name="x">The maps or rows.</param>
    /// <param name="layout">
    /// The order of the features in the weights of the next layer: that of images in rows is
    /// <see cref="ImageLayout.ChannelsFirst"/>, that of maps between layers <see cref="ImageLayout.ChannelsLast"/>.
    /// </param>
    public Node Flatten(Node x, ImageLayout layout)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Shape.Rank == 1
            ? x
            : Add(
                new ReshapeNode(x, [x.Shape.Count], layout == ImageLayout.ChannelsLast ? LastToFirst(x.Shape) : null)
            );
    }

    /// <summary>Rows of features as maps (N, C, H, W).</summary>
    /// <param name="x">The rows.</param>
    /// <param name="maps">(C, H, W).</param>
    /// <param name="layout">The order of the features in the weights of the layer before, as for
    /// <see cref="Flatten"/>.</param>
    /// <exception cref="InvalidOperationException">
    /// The features are in Elbo's order, and do not come straight from a fully connected layer.
    /// </exception>
    public Node Unflatten(Node x, Shape maps, ImageLayout layout)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (layout == ImageLayout.ChannelsLast)
            Reorder(x, LastToFirst(maps), uses: 0);
        return Add(new ReshapeNode(x, maps));
    }

    /// <summary>The same elements in another shape, in row-major order.</summary>
    public Node Reshape(Node x, Shape shape) => Add(new ReshapeNode(InOrder(x), shape));

    /// <summary>Features or channels side by side.</summary>
    public Node Concat(params IReadOnlyList<Node> parts) => Add(new ConcatNode(parts));

    /// <summary>Consecutive features or channels.</summary>
    public Node Slice(Node x, int start, int length) => Add(new SliceNode(InOrder(x), start, length));

    /// <summary>scale·x + shift</summary>
    public Node Affine(Node x, float scale, float shift = 0) => Add(new AffineNode(x, scale, shift));

    /// <summary>A function without parameters.</summary>
    public Node Map(Node x, GraphFunction function) => Add(new FunctionNode(InOrder(x), function));

    /// <summary>The sum of two results.</summary>
    public Node Sum(Node left, Node right) => Add(new AddNode(InOrder(left), InOrder(right)));

    /// <summary>Logarithm of the density N(x; mean, diag deviation²), over the last dimension.</summary>
    public Node GaussianLogDensity(Node x, Node mean, Node deviation) =>
        Add(new GaussianLogDensityNode(InOrder(x), InOrder(mean), InOrder(deviation)));

    private InputNode AddInput(InputNode input)
    {
        _inputs.Add(input);
        return Add(input);
    }

    private T Add<T>(T node)
        where T : Node
    {
        _nodes.Add(node);
        return node;
    }

    private void List(string name, string kind, Node input, Node output, long parameters)
    {
        var shape = output.Shape;
        _layers.Add(
            new GraphLayer(
                name,
                kind,
                shape.Rank == 3 ? string.Join('×', shape.ToArray()) : $"{shape[-1]}",
                parameters,
                Source(input)
            )
        );
        _sources[output] = _layers.Count - 1;
    }

    /// <summary>The last layer that a node depends on; −1 for none.</summary>
    private int Source(Node node) =>
        _sources.TryGetValue(node, out int layer) ? layer : node.Inputs.Select(Source).DefaultIfEmpty(-1).Max();

    private static Node InOrder(Node x) =>
        x.Order is null
            ? x
            : throw new InvalidOperationException(
                "flattened maps need a fully connected layer before other operations."
            );

    /// <summary>Lets the layer that computes <paramref name="x"/> output its features in another order.</summary>
    private static void Reorder(Node x, int[] order, int uses)
    {
        if (x.Uses != uses)
            throw new InvalidOperationException("features that become maps must not be used otherwise.");
        switch (x)
        {
            case LinearNode linear:
                linear.ReorderOutputs(order);
                break;
            case BatchNormNode norm:
                norm.Reorder(order);
                Reorder(norm.Inputs[0], order, uses: 1);
                break;
            case ActivationNode or DropoutNode or AffineNode:
                Reorder(x.Inputs[0], order, uses: 1);
                break;
            default:
                throw new InvalidOperationException("features must come from a fully connected layer to become maps.");
        }
    }

    /// <summary>For every element of maps (C, H, W), its index in (H, W, C).</summary>
    private static int[] LastToFirst(Shape maps)
    {
        var (channels, pixels) = (maps[0], maps[1] * maps[2]);
        int[] order = new int[channels * pixels];
        for (int i = 0; i < order.Length; i++)
            order[i] = (i % pixels * channels) + (i / pixels);
        return order;
    }
}
