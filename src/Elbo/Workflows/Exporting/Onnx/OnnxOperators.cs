using Elbo.Engine.Autograd;
using Elbo.Formats.Onnx;
using Elbo.Nn.Graphs;

namespace Elbo.Workflows.Exporting.Onnx;

/// <summary>Writes the nodes of a graph as operators of ONNX.</summary>
internal sealed class OnnxOperators
{
    private readonly OnnxFile _file;
    private readonly Dictionary<Node, string> _values = [];

    /// <summary>The names of results, for the nodes that compute them.</summary>
    private readonly Dictionary<Node, string> _results;

    private OnnxOperators(OnnxFile file, NetworkGraph graph)
    {
        _file = file;
        _results = graph.Outputs.ToDictionary(output => output.Value, output => output.Name);
    }

    /// <summary>Adds all nodes that the outputs of <paramref name="graph"/> need.</summary>
    public static void Add(OnnxFile file, NetworkGraph graph)
    {
        var operators = new OnnxOperators(file, graph);
        foreach (var node in graph.Nodes)
            operators._values[node] = operators.Add(node);
    }

    /// <summary>Adds a node and returns the name of its value.</summary>
    private string Add(Node node)
    {
        string[] x = [.. node.Inputs.Select(input => _values[input])];
        string? name = _results.GetValueOrDefault(node);
        return node switch
        {
            InputNode input => input.Name,
            ConstantNode constant => Weights(constant.Tensor),
            WeightedNode weighted => AddWeighted(weighted, x[0], name),
            ActivationNode activation => Activate(activation.Activation, x[0], name),
            DropoutNode => x[0],
            CropNode crop => _file.Add(
                "Slice",
                name,
                [x[0], _file.Indices(0, 0), _file.Indices(crop.Shape[1], crop.Shape[2]), _file.Indices(2, 3)]
            ),
            ReshapeNode reshape => _file.Add("Reshape", name, [x[0], _file.Indices(Sides(reshape))]),
            ConcatNode => _file.Add("Concat", name, x, ("axis", 1)),
            SliceNode slice => _file.Add(
                "Slice",
                name,
                [x[0], _file.Indices(slice.Start), _file.Indices(slice.Start + slice.Length), _file.Indices(1)]
            ),
            OneHotNode => _file.Add("OneHot", name, [x[0], _file.Indices(node.Shape[0]), _file.Vector(0, 1)]),
            AffineNode affine => AddAffine(affine, x[0], name),
            FunctionNode function => AddFunction(function.Function, x[0], name),
            AddNode => _file.Add("Add", name, x),
            GaussianLogDensityNode density => AddDensity(density, x, name),
            _ => throw new NotSupportedException($"{node.GetType().Name} has no ONNX operator."),
        };
    }

    private string AddWeighted(WeightedNode node, string x, string? name)
    {
        name ??= _file.Unique(node.Weight.Name[..node.Weight.Name.LastIndexOf('.')]);
        string[] inputs = [x, .. node.Tensors.Select(Weights)];
        return node switch
        {
            LinearNode => _file.Add("Gemm", name, inputs, ("transB", 1)),
            BatchNormNode norm => _file.Add("BatchNormalization", name, inputs, ("epsilon", norm.Epsilon)),
            ConvolutionNode { IsTransposed: false } convolution => _file.Add(
                "Conv",
                name,
                inputs,
                Geometry(convolution)
            ),
            ConvolutionNode convolution => _file.Add(
                "ConvTranspose",
                name,
                inputs,
                [
                    .. Geometry(convolution),
                    ("output_padding", new[] { convolution.OutputPadding, convolution.OutputPadding }),
                ]
            ),
            _ => throw new NotSupportedException($"{node.GetType().Name} has no ONNX operator."),
        };
    }

    private static (string, object)[] Geometry(ConvolutionNode node) =>
        [
            ("kernel_shape", new[] { node.Weight.Shape[2], node.Weight.Shape[3] }),
            ("strides", new[] { node.Stride, node.Stride }),
            ("pads", new[] { node.Padding.Top, node.Padding.Left, node.Padding.Bottom, node.Padding.Right }),
        ];

    private string Activate(Activation activation, string x, string? name) =>
        activation switch
        {
            Activation.Relu => _file.Add("Relu", name, [x]),
            Activation.LeakyRelu => _file.Add("LeakyRelu", name, [x], ("alpha", Ops.ActivationSlope)),
            Activation.Elu => _file.Add("Elu", name, [x]),
            Activation.Tanh => _file.Add("Tanh", name, [x]),
            Activation.Sigmoid => _file.Add("Sigmoid", name, [x]),
            Activation.Softplus => _file.Add("Softplus", name, [x]),
            Activation.Silu => _file.Add("Mul", name, [x, _file.Add("Sigmoid", null, [x])]),
            Activation.Gelu => AddGelu(x, name),
            _ => throw new NotSupportedException($"the activation {activation} has no ONNX operator."),
        };

    /// <summary>½x·(1 + erf(x/√2)); the operator Gelu exists only from version 20 of the operator set on.</summary>
    private string AddGelu(string x, string? name)
    {
        string erf = _file.Add("Erf", null, [_file.Add("Mul", null, [x, _file.Scalar(1 / MathF.Sqrt(2))])]);
        string twice = _file.Add("Mul", null, [x, _file.Add("Add", null, [erf, _file.Scalar(1)])]);
        return _file.Add("Mul", name, [twice, _file.Scalar(0.5f)]);
    }

    private string AddAffine(AffineNode node, string x, string? name)
    {
        bool shifts = node.Shift != 0;
        if (node.Scale != 1 || !shifts)
            x = _file.Add("Mul", shifts ? null : name, [x, _file.Scalar(node.Scale)]);
        return shifts ? _file.Add("Add", name, [x, _file.Scalar(node.Shift)]) : x;
    }

    private string AddFunction(GraphFunction function, string x, string? name) =>
        function switch
        {
            GraphFunction.Square => _file.Add("Mul", name, [x, x]),
            GraphFunction.Sqrt => _file.Add("Sqrt", name, [x]),
            GraphFunction.Exp => _file.Add("Exp", name, [x]),
            GraphFunction.Softmax => _file.Add("Softmax", name, [x], ("axis", -1)),
            GraphFunction.LogSoftmax => _file.Add("LogSoftmax", name, [x], ("axis", -1)),
            _ => throw new NotSupportedException($"the function {function} has no ONNX operator."),
        };

    /// <summary>−Σ [½((x − μ)/σ)² + log σ] − D/2·log 2π</summary>
    private string AddDensity(GaussianLogDensityNode node, string[] x, string? name)
    {
        string scaled = _file.Add("Div", null, [_file.Add("Sub", null, [x[0], x[1]]), x[2]]);
        string half = _file.Add("Mul", null, [_file.Add("Mul", null, [scaled, scaled]), _file.Scalar(0.5f)]);
        string terms = _file.Add("Add", null, [half, _file.Add("Log", null, [x[2]])]);
        string sum = _file.Add("ReduceSum", null, [terms, _file.Indices(-1)], ("keepdims", 0));
        float constant = -0.5f * node.Inputs[1].Shape[-1] * MathF.Log(2 * MathF.PI);
        return _file.Add("Sub", name, [_file.Scalar(constant), sum]);
    }

    private string Weights(GraphTensor tensor) => _file.Weights(tensor.Name, tensor.Shape, tensor.ToArray());

    private static long[] Sides(Node node)
    {
        long[] sides = [.. node.Shape.ToArray()];
        return node.IsBatched ? [-1, .. sides] : sides;
    }
}
