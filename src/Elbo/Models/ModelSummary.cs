using Elbo.Engine;
using Elbo.Models.Priors;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>A part of a model and its layers.</summary>
/// <param name="Title">Name and distribution of the part, such as <c>encoder q(z|x)</c>.</param>
/// <param name="Layers">Its layers in order.</param>
public sealed record ModelPart(string Title, IReadOnlyList<TracedLayer> Layers);

/// <summary>The layers of a model with the shapes of their outputs and their numbers of parameters.</summary>
/// <param name="Parts">Encoder, prior if it has parameters, and decoder.</param>
/// <param name="Parameters">Number of trained parameters.</param>
public sealed record ModelSummary(IReadOnlyList<ModelPart> Parts, long Parameters)
{
    /// <summary>Passes one image through a model and records its layers. The model does not change.</summary>
    public static ModelSummary Of(GenerativeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model = model.GivenOr(0);
        var device = model.Device;
        using var pause = device.Tape.Pause();
        using var scope = device.BeginStep();
        var x = device.Zeros([1, model.ImageShape.PixelCount]);
        var z = device.Zeros([1, model.LatentDim]);
        var parts = new List<ModelPart>
        {
            Part("encoder q(z|x)", context => model.Encode(x, context)),
            Part("decoder p(x|z)", context => model.Decode(z, context)),
        };
        if (model.Prior is IClusteringPrior prior)
        {
            string title = prior.StyleDim > 0 ? "prior p(w) p(y) p(z|w,y)" : "prior p(y) p(z|y)";
            parts.Insert(1, Part(title, context => prior.ClusterProbabilities(x, z, context)));
        }
        else
            parts.Insert(
                1,
                Part(
                    "prior p(z)",
                    context => model.Prior.Divergence(x, model.Encode(x, context with { Trace = null }), z, context)
                )
            );
        parts.RemoveAll(part => part.Layers.Count == 0);
        long rest = model.Parameters.Count - parts.Sum(part => part.Layers.Sum(layer => layer.Parameters));
        if (rest > 0)
            parts.Add(new ModelPart("other", [new TracedLayer("", "parameters outside of layers", "", rest, -1)]));
        return new ModelSummary(parts, model.Parameters.Count);
    }

    private static ModelPart Part(string title, Action<ForwardContext> pass)
    {
        var trace = new LayerTrace();
        pass(new ForwardContext(new Rng(0), Training: false, Trace: trace));
        return new ModelPart(title, trace.Layers);
    }
}
