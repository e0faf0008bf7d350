using Elbo.Models.Priors;
using Elbo.Nn.Graphs;

namespace Elbo.Models;

/// <summary>The networks of a model in inference, as graphs.</summary>
internal static class InferenceGraphs
{
    /// <summary>Names of the arguments and results.</summary>
    public const string Image = "image",
        Class = "class",
        Code = "code",
        Mean = "mean",
        Deviation = "deviation",
        Clusters = "cluster_probabilities";

    /// <summary>
    /// Adds q(z|x): images, and the class in a conditional model, to <see cref="Mean"/> and <see cref="Deviation"/>.
    /// </summary>
    public static (Node Image, Node Mean) AddEncoder(this NetworkGraph graph, GenerativeModel model)
    {
        var image = graph.Input(Image, model.Maps);
        var (mean, deviation) = model.DescribeEncoder(graph, image, Condition(graph, model));
        graph.Output(Mean, mean);
        graph.Output(Deviation, deviation);
        return (image, mean);
    }

    /// <summary>
    /// Adds q(z|x) and, for a prior with clusters, p(y|w, z) at the means: <see cref="Clusters"/>.
    /// </summary>
    public static void AddEncoderWithClusters(this NetworkGraph graph, GenerativeModel model)
    {
        var (image, mean) = graph.AddEncoder(model);
        if (model.Prior is IClusteringPrior prior)
            graph.Output(Clusters, prior.Describe(graph, image, mean)!);
    }

    /// <summary>Adds the networks of the prior: images and codes to <see cref="Clusters"/>, if it has any.</summary>
    public static void AddPrior(this NetworkGraph graph, GenerativeModel model)
    {
        var (image, code) = (graph.Input(Image, model.Maps), graph.Input(Code, [model.LatentDim]));
        if (model.Prior.Describe(graph, image, code) is { } probabilities)
            graph.Output(Clusters, probabilities);
    }

    /// <summary>
    /// Adds p(x|z): codes, and the class in a conditional model, to <see cref="Image"/> and, if the decoder outputs
    /// standard deviations of pixels, <see cref="Deviation"/>.
    /// </summary>
    public static void AddDecoder(this NetworkGraph graph, GenerativeModel model)
    {
        var code = graph.Input(Code, [model.LatentDim]);
        var (image, deviation) = model.DescribeDecoder(graph, code, Condition(graph, model));
        graph.Output(Image, image);
        if (deviation is not null)
            graph.Output(Deviation, deviation);
    }

    private static Node? Condition(NetworkGraph graph, GenerativeModel model) =>
        model.Options.Condition is { } classes ? graph.ClassInput(Class, classes.Count) : null;
}
