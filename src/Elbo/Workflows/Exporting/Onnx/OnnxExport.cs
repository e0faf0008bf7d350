using Elbo.Formats.Onnx;
using Elbo.Models;
using Elbo.Nn.Graphs;
using Elbo.Workflows.Runs;

namespace Elbo.Workflows.Exporting.Onnx;

/// <summary>Writes the encoder or the decoder of a model as an ONNX file.</summary>
internal static class OnnxExport
{
    /// <summary>What each argument and result is.</summary>
    private static readonly Dictionary<string, string> Descriptions = new()
    {
        [InferenceGraphs.Image] = "images (N, C, H, W) with intensities in [0, 1]",
        [InferenceGraphs.Class] = "class of each image, counted from 0 in the order of the metadata 'classes'",
        [InferenceGraphs.Code] = "latent codes",
        [InferenceGraphs.Mean] = "means of q(z|x), the latent codes of the images",
        [InferenceGraphs.Deviation] = "standard deviations",
        [InferenceGraphs.Clusters] = "probability of each cluster",
    };

    /// <summary>Writes one half of the model.</summary>
    /// <returns>Number of tensors, and of values in them.</returns>
    /// <exception cref="NotSupportedException">The weights are too large for one file.</exception>
    public static (int Tensors, long Values) Write(ExportSource source, ModelHalf half, string path)
    {
        var model = source.Model;
        var graph = new NetworkGraph();
        if (half == ModelHalf.Encoder)
            graph.AddEncoderWithClusters(model);
        else
            graph.AddDecoder(model);
        var file = new OnnxFile(OptionName.Name(half), source.Options.Opset ?? OnnxFile.UsualOpset)
        {
            ProducerVersion = Machine.Version,
            Description =
                half == ModelHalf.Encoder
                    ? "Encoder q(z|x) of a variational autoencoder: images to latent codes."
                    : "Decoder p(x|z) of a variational autoencoder: latent codes to images.",
        };
        foreach (var input in graph.Inputs)
            file.Input(input.Name, input.Shape, input.IsIndex, Descriptions[input.Name]);
        foreach (var (name, value) in graph.Outputs)
            file.Output(name, value.Shape, Descriptions[name]);
        OnnxOperators.Add(file, graph);
        foreach (
            var (key, value) in source
                .Notes.Concat(ModelFile.Describe(model))
                .OrderBy(note => note.Key, StringComparer.Ordinal)
        )
            file.Note(key, value);
        file.Save(path);
        return (file.Tensors, file.Values);
    }
}
