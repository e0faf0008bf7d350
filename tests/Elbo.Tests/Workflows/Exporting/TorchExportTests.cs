using System.Globalization;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Tests.Formats;
using Elbo.Workflows.Exporting;
using Elbo.Workflows.Exporting.Torch;

namespace Elbo.Tests.Workflows.Exporting;

/// <summary>PyTorch modules have every tensor of the model, and compute what it computes.</summary>
public sealed class TorchExportTests : IDisposable
{
    private const int Images = 3;

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
    public void The_file_has_every_tensor_of_the_model_once(string name)
    {
        var model = SmallModels.Create(name, _device);
        Write(model, _folder.Path);
        using var reader = new SafetensorsReader(_folder.File("model.safetensors"));
        var tensors = new TorchModule(model).Tensors.ToDictionary(tensor => tensor.Tensor.Name, tensor => tensor.Name);
        Assert.Equal(model.Tensors.Select(tensor => tensor.Name).Order(), tensors.Keys.Order());
        Assert.Equal(tensors.Values.Order(), reader.Entries.Select(entry => entry.Name).Order());
        Assert.Equal(
            model.Tensors.Sum(tensor => (long)tensor.Value.Shape.Count),
            reader.Entries.Sum(entry => (long)entry.Shape.Count)
        );
    }

    [Fact]
    public void Weights_are_in_the_order_of_pytorch()
    {
        var model = SmallModels.Create("cnn-vae conditional on classes", _device);
        var tensors = new TorchModule(model).Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Tensor);
        Assert.Equal([4, 3, 4, 4], tensors["encoder.conv.2.weight"].Shape);
        Assert.Equal("encoder.conv.1.weight", tensors["encoder.conv.2.weight"].Name);
        // Elbo's is (height, width, in, out).
        var own = model.Tensors.Single(tensor => tensor.Name == "encoder.conv.1.weight").Value;
        float At(int y, int x, int input, int output) => own.AsSpan()[(((((y * 4) + x) * 3) + input) * 4) + output];
        float[] torch = tensors["encoder.conv.2.weight"].ToArray();
        Assert.Equal(At(1, 2, 0, 3), torch[(((((3 * 3) + 0) * 4) + 1) * 4) + 2]);
        // 5 maps of 4×4, flattened as (H, W, C) by Elbo and as (C, H, W) by PyTorch, and then 4 classes.
        var mean = model.Tensors.Single(tensor => tensor.Name == "encoder.mean.weight").Value;
        float[] columns = tensors["encoder.mean.weight"].ToArray();
        Assert.Equal([2, 84], tensors["encoder.mean.weight"].Shape);
        Assert.Equal(mean.AsSpan()[(((2 * 4) + 3) * 5) + 1], columns[(((1 * 4) + 2) * 4) + 3]);
        Assert.Equal(mean.AsSpan()[80..84], columns.AsSpan(80, 4));
    }

    [PythonFact("torch", "python3-torch")]
    public void Pytorch_computes_the_same_and_saves_the_same_weights()
    {
        string[] names = [.. SmallModels.AllNames];
        string[] folders = [.. names.Select((_, i) => Directory.CreateDirectory(_folder.File($"{i}")).FullName)];
        foreach (var (name, folder) in names.Zip(folders))
        {
            var model = SmallModels.Create(name, _device);
            Write(model, folder);
            WriteExpected(model, Path.Combine(folder, "expected.safetensors"));
        }
        string script = Path.Combine(AppContext.BaseDirectory, "Workflows/Exporting/compare_modules.py");
        string[] lines = PythonFactAttribute
            .Run("torch", [script, .. folders])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(names.Length, lines.Length);
        foreach (var (name, line) in names.Zip(lines))
        {
            double difference = double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
            // Sums in another order differ by less.
            Assert.True(difference < 1e-4, $"{name}: the largest difference is {difference}");
        }
        foreach (string folder in folders)
        {
            using var written = new SafetensorsReader(Path.Combine(folder, "model.safetensors"));
            using var saved = new SafetensorsReader(Path.Combine(folder, "saved.safetensors"));
            Assert.Equal(written.Entries.Select(e => e.Name).Order(), saved.Entries.Select(e => e.Name).Order());
            foreach (var entry in written.Entries)
                Bits.AssertEqual(
                    written.ReadFloats(entry.Name).Values.ToArray(),
                    saved.ReadFloats(entry.Name).Values.ToArray()
                );
        }
    }

    private static void Write(GenerativeModel model, string folder)
    {
        var source = new ExportSource(model, new ExportOptions { Format = "torch" }, new Dictionary<string, string>());
        TorchExport.WriteWeights(source, Path.Combine(folder, "model.safetensors"));
        TorchExport.WriteModule(source, Path.Combine(folder, "model.py"));
    }

    private static void WriteExpected(GenerativeModel model, string path)
    {
        float[] images = SmallModels.Images(model, Images);
        byte[] labels = SmallModels.Labels(model, Images);
        var (means, deviations) = Inference.SplitPosterior(
            Inference.EncodePosterior(model, images, labels),
            model.LatentDim
        );
        float[] decoded = Inference.Decode(model, means, labels);
        int[] maps = [Images, .. model.Maps.ToArray()],
            codes = [Images, model.LatentDim];
        var tensors = new List<SafetensorsTensor>
        {
            new("image", new Shape(maps), images),
            new("mean", new Shape(codes), means),
            new("deviation", new Shape(codes), deviations),
            new("decoded", new Shape(maps), decoded),
            new("reconstruction", new Shape(maps), decoded),
        };
        if (labels.Length > 0)
            tensors.Add(new("label", [Images], [.. labels.Select(label => (float)label)]));
        if (SmallModels.PixelDeviations(model, means, labels) is { } pixels)
            tensors.Add(new("pixel_deviation", new Shape(maps), pixels));
        if (model.Prior is IClusteringPrior prior)
            tensors.Add(
                new("cluster_probabilities", [Images, prior.Clusters], Inference.ClusterProbabilities(model, images))
            );
        SafetensorsWriter.Write(path, tensors);
    }
}
