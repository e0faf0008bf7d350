using Elbo.Models.Priors;
using Elbo.Nn.Graphs;

namespace Elbo.Models;

/// <summary>A part of a model and its layers.</summary>
/// <param name="Title">Name and distribution of the part, such as <c>encoder q(z|x)</c>.</param>
/// <param name="Layers">Its layers in order.</param>
public sealed record ModelPart(string Title, IReadOnlyList<GraphLayer> Layers);

/// <summary>The layers of a model with the shapes of their outputs and their numbers of parameters.</summary>
/// <param name="Parts">Encoder, prior if it has parameters, and decoder.</param>
/// <param name="Parameters">Number of trained parameters.</param>
public sealed record ModelSummary(IReadOnlyList<ModelPart> Parts, long Parameters)
{
    /// <summary>Lists the layers of a model. Nothing is computed.</summary>
    public static ModelSummary Of(GenerativeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var parts = new List<ModelPart>
        {
            Part("encoder q(z|x)", graph => graph.AddEncoder(model)),
            Part(
                model.Prior is not IClusteringPrior prior ? "prior p(z)"
                    : prior.StyleDim > 0 ? "prior p(w) p(y) p(z|w,y)"
                    : "prior p(y) p(z|y)",
                graph => graph.AddPrior(model)
            ),
            Part("decoder p(x|z)", graph => graph.AddDecoder(model)),
        };
        parts.RemoveAll(part => part.Layers.Count == 0);
        long rest = model.Parameters.Count - parts.Sum(part => part.Layers.Sum(layer => layer.Parameters));
        if (rest > 0)
            parts.Add(new ModelPart("other", [new GraphLayer("", "parameters outside of layers", "", rest, -1)]));
        return new ModelSummary(parts, model.Parameters.Count);
    }

    private static ModelPart Part(string title, Action<NetworkGraph> add)
    {
        var graph = new NetworkGraph();
        add(graph);
        return new ModelPart(title, graph.Layers);
    }
}
