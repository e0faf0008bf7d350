using Elbo.Formats.TensorBoard.Messages;

namespace Elbo.Formats.TensorBoard;

/// <summary>A node of the graph that TensorBoard shows.</summary>
/// <param name="Name">Unique name. Slashes separate the scopes that TensorBoard folds.</param>
/// <param name="Operation">Kind of the node.</param>
/// <param name="Inputs">Names of the nodes whose outputs it takes.</param>
internal sealed record GraphNode(string Name, string Operation, IReadOnlyList<string> Inputs)
{
    /// <summary>Shape of the output, with −1 for the number of images.</summary>
    public IReadOnlyList<int> Shape { get; init; } = [];

    /// <summary>Number of trained parameters.</summary>
    public long Parameters { get; init; }

    /// <summary>The message that an event file contains.</summary>
    public static GraphDef ToGraph(IEnumerable<GraphNode> nodes)
    {
        var graph = new GraphDef();
        foreach (var node in nodes)
        {
            var message = new NodeDef { Name = node.Name, Op = node.Operation };
            message.Input.AddRange(node.Inputs);
            var shape = new TensorShapeProto();
            foreach (int side in node.Shape)
                shape.Dim.Add(new TensorShapeProto.Types.Dim { Size = side });
            // The name by which TensorBoard finds the shapes that it writes on the edges.
            message.Attr["_output_shapes"] = new AttrValue
            {
                List = new AttrValue.Types.ListValue { Shape = { shape } },
            };
            if (node.Parameters > 0)
                message.Attr["parameters"] = new AttrValue { I = node.Parameters };
            graph.Node.Add(message);
        }
        return graph;
    }
}
