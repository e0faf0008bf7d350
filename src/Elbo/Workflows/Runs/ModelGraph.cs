using System.Globalization;
using Elbo.Formats.TensorBoard;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Nn.Graphs;

namespace Elbo.Workflows.Runs;

/// <summary>The graph of a model's layers for TensorBoard.</summary>
internal static class ModelGraph
{
    private const string Images = "images",
        Code = "z",
        Clusters = "clusters";

    /// <summary>From the images through encoder and code to the decoder, and all of them to the loss.</summary>
    public static IReadOnlyList<GraphNode> Of(GenerativeModel model)
    {
        var (channels, height, width) = model.ImageShape;
        var nodes = new List<GraphNode> { new(Images, "Placeholder", []) { Shape = [-1, channels, height, width] } };
        var loss = new List<string> { Images };
        foreach (var (part, i) in ModelSummary.Of(model).Parts.Select((part, i) => (part, i)))
        {
            if (part.Layers.All(layer => layer.Output.Length == 0))
                continue;
            bool decodes = part.Title.StartsWith("decoder", StringComparison.Ordinal);
            // The first part is the encoder. Only a prior with style codes has an encoder of images, too.
            bool encodes = i == 0 || (!decodes && model.Prior is IClusteringPrior { StyleDim: > 0 });
            var ends = Add(nodes, part, encodes ? Images : Code);
            if (i == 0)
                nodes.Add(new GraphNode(Code, "Sample", ends) { Shape = [-1, model.LatentDim] });
            else if (!decodes && model.Prior is IClusteringPrior)
            {
                nodes.Add(new GraphNode(Clusters, "Softmax", encodes ? [Code, .. ends] : ends));
                ends = [Clusters];
            }
            loss.AddRange(ends);
        }
        nodes.Add(new GraphNode("loss", PartCatalog.Objective.PartOf(model.Options), loss));
        return nodes;
    }

    /// <summary>Adds the layers of a part, and returns the names of those whose output no other layer takes.</summary>
    private static List<string> Add(List<GraphNode> nodes, ModelPart part, string input)
    {
        var layers = part.Layers;
        string scope = layers.First(layer => layer.Name.Length > 0).Name.Split('.')[0];
        string[] names =
        [
            .. layers.Select(
                (layer, i) =>
                    layer.Name.Length > 0
                        ? layer.Name.Replace('.', '/')
                        : $"{scope}/{layer.Kind.Split(' ')[0].ToLowerInvariant()}_{i}"
            ),
        ];
        for (int i = 0; i < names.Length; i++)
            nodes.Add(
                new GraphNode(names[i], layers[i].Kind, [layers[i].Input < 0 ? input : names[layers[i].Input]])
                {
                    Shape = Shape(layers[i]),
                    Parameters = layers[i].Parameters,
                }
            );
        var taken = layers.Select(layer => layer.Input).ToHashSet();
        return [.. names.Where((_, i) => !taken.Contains(i))];
    }

    private static int[] Shape(GraphLayer layer) =>
        [-1, .. layer.Output.Split('×').Select(side => int.Parse(side, CultureInfo.InvariantCulture))];
}
