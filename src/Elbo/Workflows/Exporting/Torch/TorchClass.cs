using System.Text;
using Elbo.Nn.Graphs;

namespace Elbo.Workflows.Exporting.Torch;

/// <summary>
/// A graph as a class of PyTorch: layers in sequence become an <c>nn.Sequential</c> with the name that they have in
/// Elbo's files, everything else an expression in <c>forward</c>.
/// </summary>
internal sealed class TorchClass
{
    private readonly NetworkGraph _graph;
    private readonly string _scope;
    private readonly Dictionary<Node, string> _outputs;

    /// <summary>The nodes that take a node.</summary>
    private readonly ILookup<Node, Node> _users;

    /// <summary>The values of nodes that are computed, as Python.</summary>
    private readonly Dictionary<Node, string> _values = [];
    private readonly HashSet<string> _attributes = [];
    private readonly HashSet<string> _variables = [];
    private readonly List<string> _layers = [];
    private readonly List<(string Name, string Expression)> _statements = [];
    private readonly string _result;
    private readonly List<(string Name, GraphTensor Tensor)> _tensors = [];

    /// <param name="name">Name of the class.</param>
    /// <param name="description">Its documentation.</param>
    /// <param name="scope">Beginning of the names of its layers in Elbo's files, which is left out.</param>
    /// <param name="graph">The graph.</param>
    public TorchClass(string name, string description, string scope, NetworkGraph graph)
    {
        (Name, Description, _scope, _graph) = (name, description, scope, graph);
        _outputs = graph.Outputs.ToDictionary(output => output.Value, output => output.Name);
        _users = graph
            .Nodes.SelectMany(node => node.Inputs.Select(input => (input, node)))
            .ToLookup(pair => pair.input, pair => pair.node);
        foreach (var input in graph.Inputs)
        {
            _values[input] = Argument(input);
            _variables.Add(Argument(input));
        }
        _variables.UnionWith(_outputs.Values);
        foreach (var node in graph.Nodes)
            if (!_values.ContainsKey(node))
                Compute(node);
        _result = string.Join(", ", graph.Outputs.Select(output => _values[output.Value]));
        if (graph.Outputs.Count == 1 && _statements[^1].Name == _result)
        {
            _result = _statements[^1].Expression;
            _statements.RemoveAt(_statements.Count - 1);
        }
    }

    /// <summary>Name of the class.</summary>
    public string Name { get; }

    /// <summary>The tensors by their names in the class, such as <c>hidden.1.weight</c>.</summary>
    public IReadOnlyList<(string Name, GraphTensor Tensor)> Tensors => _tensors;

    /// <summary>The arguments of <c>forward</c>.</summary>
    public string Arguments => string.Join(", ", _graph.Inputs.Select(Argument));

    private string Description { get; }

    /// <summary>The text of the class.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine($"class {Name}(nn.Module):")
            .AppendLine($"    \"\"\"{Description}\"\"\"")
            .AppendLine()
            .AppendLine("    def __init__(self):")
            .AppendLine("        super().__init__()");
        foreach (string line in _layers)
            text.AppendLine($"        {line}");
        text.AppendLine().AppendLine($"    def forward(self, {Arguments}):");
        foreach (var (name, expression) in _statements)
            text.AppendLine($"        {name} = {expression}");
        return text.AppendLine($"        return {_result}").ToString();
    }

    /// <summary>The name of an argument; <c>class</c> is a word of Python.</summary>
    private static string Argument(InputNode input) => input.IsIndex ? "label" : input.Name;

    /// <summary>Adds a node, and if it begins a sequence of layers, those that follow it.</summary>
    private void Compute(Node node)
    {
        if (node is ConstantNode constant)
        {
            string name = Unique(_attributes, Group(constant.Tensor.Name));
            _layers.Add($"self.{name} = nn.Parameter(torch.zeros{Sides(constant.Tensor)})");
            _tensors.Add((name, constant.Tensor));
            _values[node] = $"self.{name}";
            return;
        }
        var chain = Chain(node);
        if (chain.Count == 0)
        {
            Assign(node, TorchLayers.Expression(node, [.. node.Inputs.Select(input => _values[input])]));
            return;
        }
        string attribute = Unique(_attributes, Group(chain.OfType<WeightedNode>().First().Weight.Name));
        AddLayers(attribute, chain);
        foreach (var inner in chain)
            _values[inner] = "";
        Assign(chain[^1], $"self.{attribute}({_values[chain[0].Inputs[0]]})", attribute);
    }

    /// <summary>The layers from a node on that belong to one sequence; empty if the node is no layer.</summary>
    private List<Node> Chain(Node node)
    {
        var chain = new List<Node>();
        string? group = null;
        for (Node? next = node; next is not null && TorchLayers.IsModule(next); next = Single(next))
        {
            // Maps that are flattened or rows that become maps begin the sequence of the layers that take them.
            string? own = OwnGroup(next) ?? (IsReshaping(next) ? Following(next) : null);
            if (group is not null && own is not null && own != group)
                break;
            group ??= own;
            chain.Add(next);
        }
        return chain.Any(layer => layer is WeightedNode) ? chain : [];
    }

    /// <summary>The only node that takes a result; null if there are several, or it is a result of the graph.</summary>
    private Node? Single(Node node) =>
        !_outputs.ContainsKey(node) && _users[node].ToArray() is [var user] ? user : null;

    private string? OwnGroup(Node node) => node is WeightedNode weighted ? Group(weighted.Weight.Name) : null;

    private static bool IsReshaping(Node node) => TorchLayers.IsFlatten(node) || TorchLayers.IsUnflatten(node);

    /// <summary>The group of the next layer with weights that takes a result; null for none.</summary>
    private string? Following(Node node) =>
        Single(node) is { } next ? OwnGroup(next) ?? (TorchLayers.IsModule(next) ? Following(next) : null) : null;

    private void AddLayers(string attribute, List<Node> chain)
    {
        var modules = new List<string>();
        var tensors = new List<(int Index, string Name, GraphTensor Tensor)>();
        foreach (var node in chain)
        {
            var (own, weighted) = TorchLayers.Modules(node);
            if (node is WeightedNode layer)
                tensors.AddRange(
                    TorchLayers
                        .TensorNames(layer)
                        .Zip(layer.Tensors, (name, tensor) => (modules.Count + weighted, name, tensor))
                );
            modules.AddRange(own);
        }
        bool isAlone = modules.Count == 1;
        foreach (var (index, name, tensor) in tensors)
            _tensors.Add((isAlone ? $"{attribute}.{name}" : $"{attribute}.{index}.{name}", tensor));
        if (isAlone)
            _layers.Add($"self.{attribute} = {modules[0]}");
        else if (modules.Count == 2 && string.Join(", ", modules) is { Length: < 70 } both)
            _layers.Add($"self.{attribute} = nn.Sequential({both})");
        else
            _layers.AddRange([
                $"self.{attribute} = nn.Sequential(",
                .. modules.Select(module => $"    {module},"),
                ")",
            ]);
    }

    /// <summary>
    /// Gives a value a name if it is a result, or is used several times; otherwise it is part of the next expression.
    /// </summary>
    private void Assign(Node node, string expression, string? name = null)
    {
        if (_outputs.TryGetValue(node, out string? output))
            name = output;
        else if (
            _users[node].Count() > 1
            || node is GaussianLogDensityNode
            || (_users[node].Any(user => user is GaussianLogDensityNode) && IsLong(node))
        )
            name = Unique(_variables, name ?? NameOf(node));
        else
            name = null;
        if (name is not null)
            _statements.Add((name, expression));
        _values[node] = name ?? expression;
    }

    /// <summary>Whether a value is long as an operand.</summary>
    private static bool IsLong(Node node) =>
        node is not (ConstantNode or InputNode) && node is not ReshapeNode { Inputs: [InputNode] };

    private string NameOf(Node node) =>
        _users[node].FirstOrDefault() is GaussianLogDensityNode density
            ? node == density.Inputs[1]
                ? "mean"
                : "deviation"
            : node switch
            {
                ConcatNode => "joined",
                OneHotNode => "one_hot",
                SliceNode => "part",
                GaussianLogDensityNode => "densities",
                _ => "features",
            };

    /// <summary>
    /// The name of the sequence that a tensor belongs to: <c>encoder.mean.hidden.0.weight</c> is in <c>mean</c>.
    /// </summary>
    private string Group(string tensor)
    {
        string own = tensor.StartsWith(_scope + ".", StringComparison.Ordinal)
            ? tensor[(_scope.Length + 1)..]
            : tensor[(tensor.IndexOf('.', StringComparison.Ordinal) + 1)..];
        string[] parts = [.. own.Split('.').SkipLast(1).Where(part => !char.IsAsciiDigit(part[0]) && part != "norm")];
        if (parts is [_, .., "hidden"])
            parts = parts[..^1];
        return string.Join('_', parts);
    }

    private static string Unique(HashSet<string> taken, string name)
    {
        string result = name;
        for (int i = 2; !taken.Add(result); i++)
            result = $"{name}_{i}";
        return result;
    }

    private static string Sides(GraphTensor tensor) => $"({string.Join(", ", tensor.Shape.ToArray())})";
}
