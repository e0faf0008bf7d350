using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Exporting;
using Elbo.Workflows.Exporting.Torch;

namespace Elbo.Tests.Workflows.Exporting;

/// <summary>Weights in PyTorch's order become a model again.</summary>
public sealed class ImportWorkflowTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public static TheoryData<string> Models => SmallModels.Names;

    private string Weights => _folder.File("weights.safetensors");

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void An_exported_model_comes_back_with_the_same_bits(string name)
    {
        var model = SmallModels.Create(name, _device);
        Export(model);
        var run = ImportWorkflow.Run(Weights, new ImportOptions { Output = _folder.File("run") });
        using var loaded = LoadedRun.Open(run.Path, device: new DeviceOptions { Threads = 1 });
        Assert.Equal(("run", model.ImageShape), (run.Name, loaded.Model.ImageShape));
        Assert.Equal(model.Tensors.Select(tensor => tensor.Name), loaded.Model.Tensors.Select(tensor => tensor.Name));
        foreach (var (before, after) in model.Tensors.Zip(loaded.Model.Tensors))
            Bits.AssertEqual(before.Value.ToArray(), after.Value.ToArray());
        using var vae = Autoencoder.Load(run.Path, _device);
        Assert.Equal(model.LatentDim, vae.LatentDim);
    }

    [Fact]
    public void The_file_says_how_images_are_prepared()
    {
        Export(
            SmallModels.Create("vae with a learned variance", _device),
            new() { ["binarize"] = "threshold", ["dataset"] = "mnist" }
        );
        var run = ImportWorkflow.Run(Weights, new ImportOptions { Output = _folder.File("run") });
        var config = RunSettings.Load(run);
        Assert.Equal((Binarization.Threshold, "mnist"), (config.Binarize, config.Dataset));
    }

    [Fact]
    public void A_file_of_another_program_gets_the_options_of_a_run_or_those_that_are_given()
    {
        var model = VaeOptions.WithLayers([5], [5], latentDim: 2).Create(new(1, 28, 28), _device, new Rng(1));
        Export(model);
        Rewrite(tensors => [.. tensors, new("decoder.norm.num_batches_tracked", [1], [7])]);
        var options = new ImportOptions { Output = _folder.File("first") };
        Assert.Equal(
            $"{Weights} does not say what its weights are of. Name a run with the same networks with --like RUN, or "
                + "give the options of the model, such as --model cnn-vae --dataset mnist --latent-dim 10.",
            Assert.Throws<ArgumentException>(() => ImportWorkflow.Run(Weights, options)).Message
        );
        var described = new RunConfig { ModelOptions = model.Options, Dataset = "mnist" };
        var first = ImportWorkflow.Run(Weights, options, described);
        var second = ImportWorkflow.Run(
            Weights,
            new ImportOptions { Like = first.Path, Output = _folder.File("second") }
        );
        Assert.Equal(File.ReadAllBytes(first.Model), File.ReadAllBytes(second.Model));
        Assert.Equal(File.ReadAllText(first.Config), File.ReadAllText(second.Config));
        Assert.Equal(
            $"like is {first.Path}, and options of a model were given; leave out one of them.",
            Assert
                .Throws<ArgumentException>(() =>
                    ImportWorkflow.Run(Weights, new ImportOptions { Like = first.Path }, described)
                )
                .Message
        );
        Assert.Equal(
            $"{first.Path} exists; give another --output, or --overwrite to replace it.",
            Assert.Throws<IOException>(() => ImportWorkflow.Run(Weights, options, described)).Message
        );
        ImportWorkflow.Run(Weights, options with { Overwrite = true }, described);
    }

    [Fact]
    public void A_wrong_tensor_is_named_and_nothing_is_written()
    {
        var network = new DcganOptions { Channels = [2, 3] };
        Export(new CnnVaeOptions { Network = network }.Create(new(1, 28, 28), _device, new Rng(1)));
        string Complaint(Func<IEnumerable<SafetensorsTensor>, IEnumerable<SafetensorsTensor>> change)
        {
            byte[] whole = File.ReadAllBytes(Weights);
            Rewrite(change);
            var e = Assert.Throws<InvalidDataException>(() =>
                ImportWorkflow.Run(
                    Weights,
                    new ImportOptions { Output = _folder.File("run") },
                    new RunConfig
                    {
                        ModelOptions = new CnnVaeOptions { Network = network },
                        Dataset = "mnist",
                    }
                )
            );
            File.WriteAllBytes(Weights, whole);
            Assert.Equal(
                ["weights.safetensors"],
                Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName)
            );
            return e.Message[(Weights.Length + 1)..];
        }

        const string Name = "encoder.conv.2.weight";
        Assert.Equal(
            $"has no '{Name}', which the model needs with shape (3, 2, 4, 4).",
            Complaint(tensors => tensors.Where(tensor => tensor.Name != Name))
        );
        Assert.Equal(
            $"has '{Name}' with shape (2, 3, 4, 4); the model needs (3, 2, 4, 4).",
            Complaint(tensors => tensors.Select(t => t.Name == Name ? new(Name, [2, 3, 4, 4], t.Values.ToArray()) : t))
        );
        Assert.Equal(
            "has 'encoder.conv.2.bias', which the model does not have. The nearest name is 'encoder.conv.0.bias'.",
            Complaint(tensors => tensors.Append(new("encoder.conv.2.bias", [3], [1, 2, 3])))
        );
        Assert.Equal(
            $" tensor '{Name}' has NaN as value 95.",
            Complaint(tensors =>
                tensors.Select(t => t.Name == Name ? new(Name, t.Shape, [.. t.Values.ToArray()[1..], float.NaN]) : t)
            )
        );
    }

    [Fact]
    public void A_file_in_the_order_of_elbo_is_not_taken_for_one_of_pytorch()
    {
        ModelFile.Save(SmallModels.Create("vae with a learned variance", _device), Weights);
        Assert.Equal(
            $"{Weights} has its weights in Elbo's order already; commands read it as part of its run.",
            Assert.Throws<InvalidDataException>(() => ImportWorkflow.Run(Weights, new ImportOptions())).Message
        );
    }

    private void Export(GenerativeModel model, Dictionary<string, string>? notes = null) =>
        TorchExport.WriteWeights(new ExportSource(model, new ExportOptions { Format = "torch" }, notes ?? []), Weights);

    /// <summary>Writes the file again as another program does: without metadata, and with other tensors.</summary>
    private void Rewrite(Func<IEnumerable<SafetensorsTensor>, IEnumerable<SafetensorsTensor>> change)
    {
        SafetensorsTensor[] tensors;
        using (var reader = new SafetensorsReader(Weights))
            tensors = [.. reader.Entries.Select(entry => reader.ReadFloats(entry.Name))];
        SafetensorsWriter.Write(Weights, [.. change(tensors)]);
    }
}
