using Elbo.Engine;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Workflows.Exporting;
using Elbo.Workflows.Exporting.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Elbo.Tests.Workflows.Exporting;

/// <summary>ONNX Runtime computes from exported files what the model computes.</summary>
public sealed class OnnxExportTests : IDisposable
{
    /// <summary>Sums in another order differ by less, in networks as deep as these.</summary>
    private const double Tolerance = 1e-4;

    private readonly TemporaryFolder _folder = new();
    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public static TheoryData<string> Models => SmallModels.Names;

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Onnx_runtime_computes_the_same(string name)
    {
        var model = SmallModels.Create(name, _device);
        using var encoder = Open(model, ModelHalf.Encoder);
        using var decoder = Open(model, ModelHalf.Decoder);
        foreach (int count in (int[])[1, 3])
        {
            float[] images = SmallModels.Images(model, count);
            byte[] labels = SmallModels.Labels(model, count);
            var results = Run(encoder, "image", images, labels);
            var (means, deviations) = Inference.SplitPosterior(
                Inference.EncodePosterior(model, images, labels),
                model.LatentDim
            );
            AssertClose(means, results["mean"]);
            AssertClose(deviations, results["deviation"]);
            if (model.Prior is IClusteringPrior)
                AssertClose(Inference.ClusterProbabilities(model, images), results["cluster_probabilities"]);

            var decoded = Run(decoder, "code", means, labels);
            AssertClose(Inference.Decode(model, means, labels), decoded["image"]);
            if (SmallModels.PixelDeviations(model, means, labels) is { } pixels)
                AssertClose(pixels, decoded["deviation"]);
        }
    }

    [Theory]
    [InlineData(13)]
    [InlineData(23)]
    public void Onnx_runtime_takes_every_version_of_the_operators(int opset)
    {
        foreach (
            string name in (string[])["vae with all activations", "cnn-vae for odd sides", "vae conditional on classes"]
        )
        {
            var model = SmallModels.Create(name, _device);
            using var encoder = Open(model, ModelHalf.Encoder, opset);
            using var decoder = Open(model, ModelHalf.Decoder, opset);
            float[] images = SmallModels.Images(model, 2);
            byte[] labels = SmallModels.Labels(model, 2);
            float[] codes = Run(encoder, "image", images, labels)["mean"];
            AssertClose(Inference.Reconstruct(model, images, labels), Run(decoder, "code", codes, labels)["image"]);
        }
    }

    [Fact]
    public void Arguments_results_and_metadata_say_what_a_program_needs_to_know()
    {
        var model = SmallModels.Create("vae conditional on classes", _device);
        using var encoder = Open(model, ModelHalf.Encoder, notes: new() { ["weights"] = "epoch-3" });
        using var decoder = Open(model, ModelHalf.Decoder);
        Assert.Equal(["image", "class"], encoder.InputMetadata.Keys);
        Assert.Equal([-1, 1, 28, 28], encoder.InputMetadata["image"].Dimensions);
        Assert.Equal("batch", encoder.InputMetadata["image"].SymbolicDimensions[0]);
        Assert.Equal(typeof(long), encoder.InputMetadata["class"].ElementType);
        Assert.Equal(["mean", "deviation"], encoder.OutputMetadata.Keys);
        Assert.Equal([-1, 2], encoder.OutputMetadata["mean"].Dimensions);
        Assert.Equal(["code", "class"], decoder.InputMetadata.Keys);
        Assert.Equal([-1, 1, 28, 28], decoder.OutputMetadata["image"].Dimensions);

        var notes = encoder.ModelMetadata;
        Assert.Equal(("Elbo", "encoder"), (notes.ProducerName, notes.GraphName));
        Assert.Equal("epoch-3", notes.CustomMetadataMap["weights"]);
        Assert.Equal("1,28,28", notes.CustomMetadataMap["image_shape"]);
        Assert.Contains("\"name\":\"vae\"", notes.CustomMetadataMap["model"], StringComparison.Ordinal);
    }

    private InferenceSession Open(
        GenerativeModel model,
        ModelHalf half,
        int? opset = null,
        Dictionary<string, string>? notes = null
    )
    {
        string path = _folder.File($"{half}.onnx");
        var source = new ExportSource(model, new ExportOptions { Format = "onnx", Opset = opset }, notes ?? []);
        var (tensors, values) = OnnxExport.Write(source, half, path);
        Assert.True(tensors > 0 && values > tensors);
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        return new InferenceSession(path, options);
    }

    private static Dictionary<string, float[]> Run(
        InferenceSession session,
        string input,
        float[] values,
        byte[] labels
    )
    {
        int[] shape = session.InputMetadata[input].Dimensions;
        shape[0] = values.Length / shape.Skip(1).Aggregate(1, (a, b) => a * b);
        var arguments = new List<NamedOnnxValue>
        {
            NamedOnnxValue.CreateFromTensor(input, new DenseTensor<float>(values, shape)),
        };
        if (labels.Length > 0)
            arguments.Add(
                NamedOnnxValue.CreateFromTensor(
                    "class",
                    new DenseTensor<long>(labels.Select(label => (long)label).ToArray(), [labels.Length])
                )
            );
        using var results = session.Run(arguments);
        return results.ToDictionary(result => result.Name, result => result.AsEnumerable<float>().ToArray());
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
        Assert.True(largest < Tolerance, $"the largest difference is {largest}");
    }
}
