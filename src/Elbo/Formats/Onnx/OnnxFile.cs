using System.Runtime.InteropServices;
using Elbo.Engine;
using Elbo.Formats.Onnx.Messages;
using Google.Protobuf;

namespace Elbo.Formats.Onnx;

/// <summary>An ONNX file: a graph of operators with its weights, whose arguments have a free batch size.</summary>
/// <remarks>The format is described at onnx.ai/onnx/repo-docs/IR.html, the operators at onnx.ai/onnx/operators.</remarks>
internal sealed class OnnxFile
{
    /// <summary>The versions of the operator set that a file can declare.</summary>
    /// <remarks>
    /// From 13 to 23, the operators used here have the same inputs and attributes. 17, from 2022, is the default,
    /// because it is what most runtimes and converters read.
    /// </remarks>
    public const int LeastOpset = 13,
        UsualOpset = 17,
        LargestOpset = 23;

    /// <summary>A message of Protocol Buffers has at most 2 GB.</summary>
    private const long MostBytes = int.MaxValue;

    /// <summary>Name of the first dimension of arguments and results.</summary>
    private const string Batch = "batch";

    private readonly GraphProto _graph;
    private readonly ModelProto _model;
    private readonly HashSet<string> _names = [];
    private long _bytes;

    /// <param name="name">Name of the graph.</param>
    /// <param name="opset">Version of the operator set.</param>
    public OnnxFile(string name, int opset)
    {
        _graph = new GraphProto { Name = name };
        _model = new ModelProto
        {
            IrVersion = IrVersion(opset),
            ProducerName = "Elbo",
            Graph = _graph,
        };
        _model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
    }

    /// <summary>Number of tensors of weights.</summary>
    public int Tensors { get; private set; }

    /// <summary>Number of floats in all tensors of weights.</summary>
    public long Values { get; private set; }

    /// <summary>Version of the program that writes the file.</summary>
    public string ProducerVersion
    {
        set => _model.ProducerVersion = value;
    }

    /// <summary>A sentence for people about the graph.</summary>
    public string Description
    {
        set => (_model.DocString, _graph.DocString) = (value, value);
    }

    /// <summary>Adds metadata.</summary>
    public void Note(string key, string value) =>
        _model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });

    /// <summary>Adds an argument (batch, …) of floats, or of whole numbers.</summary>
    public void Input(string name, Shape shape, bool whole, string description)
    {
        _names.Add(name);
        _graph.Input.Add(Value(name, shape, whole ? DataType.Int64 : DataType.Float, description));
    }

    /// <summary>Declares a result (batch, …) of floats. An operator or argument has that name.</summary>
    public void Output(string name, Shape shape, string description)
    {
        _names.Add(name);
        _graph.Output.Add(Value(name, shape, DataType.Float, description));
    }

    /// <summary>Adds an operator and returns the name of its result.</summary>
    /// <param name="type">Type of the operator.</param>
    /// <param name="name">Name of its result; null for a name from the type.</param>
    /// <param name="inputs">Names of arguments, weights and other results.</param>
    /// <param name="attributes">Attributes: a float, a whole number or an array of whole numbers each.</param>
    public string Add(string type, string? name, string[] inputs, params (string Name, object Value)[] attributes)
    {
        string result = name ?? Unique(type.ToLowerInvariant());
        var node = new NodeProto { Name = result, OpType = type };
        node.Input.AddRange(inputs);
        node.Output.Add(result);
        foreach (var (key, value) in attributes)
            node.Attribute.Add(Attribute(key, value));
        _graph.Node.Add(node);
        return result;
    }

    /// <summary>Adds a tensor of weights and returns its name.</summary>
    /// <exception cref="NotSupportedException">The file would have more than 2 GB.</exception>
    public string Weights(string name, Shape shape, ReadOnlySpan<float> values)
    {
        (Tensors, Values) = (Tensors + 1, Values + values.Length);
        return Tensor(
            name,
            [.. shape.ToArray().Select(side => (long)side)],
            DataType.Float,
            MemoryMarshal.AsBytes(values)
        );
    }

    /// <summary>Adds a number and returns its name.</summary>
    public string Scalar(float value) => Tensor(Unique("value"), [], DataType.Float, MemoryMarshal.AsBytes([value]));

    /// <summary>Adds a vector and returns its name.</summary>
    public string Vector(params ReadOnlySpan<float> values) =>
        Tensor(Unique("values"), [values.Length], DataType.Float, MemoryMarshal.AsBytes(values));

    /// <summary>Adds a vector of whole numbers and returns its name.</summary>
    public string Indices(params ReadOnlySpan<long> values) =>
        Tensor(Unique("indices"), [values.Length], DataType.Int64, MemoryMarshal.AsBytes(values));

    /// <summary>A name like <paramref name="name"/> that no value has yet.</summary>
    public string Unique(string name)
    {
        string result = name;
        for (int i = 2; !_names.Add(result); i++)
            result = FormattableString.Invariant($"{name}_{i}");
        return result;
    }

    /// <summary>Writes the file, atomically.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream => _model.WriteTo(stream));

    private string Tensor(string name, long[] dimensions, DataType type, ReadOnlySpan<byte> bytes)
    {
        _bytes += bytes.Length;
        if (_bytes > MostBytes)
            throw new NotSupportedException(
                "the weights take more than 2 GB, which one ONNX file cannot hold; the format safetensors has no such "
                    + "limit."
            );
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)type,
            RawData = ByteString.CopyFrom(bytes),
        };
        tensor.Dims.AddRange(dimensions);
        _graph.Initializer.Add(tensor);
        return name;
    }

    private static ValueInfoProto Value(string name, Shape shape, DataType type, string description)
    {
        var dimensions = new TensorShapeProto();
        dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = Batch });
        foreach (int side in shape)
            dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = side });
        return new ValueInfoProto
        {
            Name = name,
            DocString = description,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions },
            },
        };
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case float number:
                (attribute.F, attribute.Type) = (number, AttributeType.Float);
                break;
            case int whole:
                (attribute.I, attribute.Type) = (whole, AttributeType.Int);
                break;
            case int[] many:
                attribute.Ints.AddRange(many.Select(one => (long)one));
                attribute.Type = AttributeType.Ints;
                break;
            default:
                throw new ArgumentException($"attribute {name} is {value}, which is no number.", nameof(value));
        }
        return attribute;
    }

    /// <summary>The version of the file format that came with an operator set (ONNX's table of versions).</summary>
    private static int IrVersion(int opset) =>
        opset switch
        {
            <= 14 => 7,
            <= 18 => 8,
            <= 20 => 9,
            <= 22 => 10,
            _ => 11,
        };
}
