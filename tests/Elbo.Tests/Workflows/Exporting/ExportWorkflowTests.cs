using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Priors;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Exporting;
using Elbo.Workflows.Runs;
using Microsoft.ML.OnnxRuntime;

namespace Elbo.Tests.Workflows.Exporting;

/// <summary>Exported files as a reader of their format sees them that is not ours.</summary>
public sealed class ExportWorkflowTests(ExportWorkflowTests.Runs runs)
    : IClassFixture<ExportWorkflowTests.Runs>,
        IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vae")]
    [InlineData("cnn-vae")]
    [InlineData("gmvae")]
    public void The_halves_have_every_tensor_of_the_model_once_to_the_bit(string model)
    {
        using var run = runs.Open(model);
        var files = ExportWorkflow.Run(run, new ExportOptions { Split = true, Output = _folder.Path });
        Assert.Equal(
            ["encoder.safetensors", "decoder.safetensors"],
            files.Select(file => Path.GetRelativePath(_folder.Path, file.Path))
        );
        var whole = Read(run.Folder.Model).Tensors;
        var halves = files.Select(file => Read(file.Path)).ToArray();
        Assert.Equal(whole.Keys.Order(), halves.SelectMany(half => half.Tensors.Keys).Order());
        foreach (var (half, file) in halves.Zip(files))
        {
            Assert.All(half.Tensors, pair => Assert.Equal(whole[pair.Key], pair.Value, SameTensor));
            Assert.Equal(
                (half.Tensors.Count, half.Tensors.Sum(pair => pair.Value.Data.Length / 4)),
                (file.Tensors, (int)file.Values)
            );
        }
        string[] prior = [.. halves[1].Tensors.Keys.Where(name => name.Contains("prior", StringComparison.Ordinal))];
        Assert.Equal(model == "gmvae", prior.Length > 0);
        Assert.All(halves[0].Tensors.Keys, name => Assert.StartsWith("encoder.", name));
    }

    [Fact]
    public void The_metadata_say_what_another_program_needs_to_know()
    {
        using var run = runs.Open("gmvae");
        var files = ExportWorkflow.Run(run, new ExportOptions { Split = true, Output = _folder.Path });
        foreach (var (file, half) in files.Zip((string[])["encoder", "decoder"]))
        {
            var notes = Read(file.Path).Metadata;
            Assert.Equal(
                ("elbo", "1,28,28", half, "final", "threshold"),
                (notes["format"], notes["image_shape"], notes["half"], notes["weights"], notes["binarize"])
            );
            var options = JsonNode.Parse(notes["model"])!;
            Assert.Equal(
                ("gmvae", 3, 4),
                ((string)options["name"]!, (int)options["latent-dim"]!, (int)options["clusters"]!)
            );
        }
    }

    [Fact]
    public void Onnx_files_say_how_images_are_prepared_and_which_weights_these_are()
    {
        using var run = runs.Open("gmvae", RunWeights.AfterEpoch(1));
        var files = ExportWorkflow.Run(run, new ExportOptions { Format = "onnx" });
        Assert.Equal(["encoder.onnx", "decoder.onnx"], files.Select(file => Path.GetFileName(file.Path)));
        Assert.Equal(["encoder", "decoder"], files.Select(file => file.Content));
        using var session = new InferenceSession(files[0].Path);
        var notes = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(
            ("epoch-1", "1", "threshold", "3", "1,28,28", "arrays"),
            (
                notes["weights"],
                notes["epochs"],
                notes["binarize"],
                notes["latent_dim"],
                notes["image_shape"],
                notes["dataset"]
            )
        );
        Assert.Equal("0", (string)JsonNode.Parse(notes["classes"])![0]!);
        Assert.Equal("0.03", notes["pixel_variance"]);
        Assert.Equal("gmvae", (string)JsonNode.Parse(notes["model"])!["name"]!);
        Assert.StartsWith("intensities in [0, 1]", notes["normalization"]);
    }

    [Fact]
    public void A_file_in_the_order_of_pytorch_is_not_loaded_as_if_it_were_in_ours()
    {
        using var run = runs.Open("vae");
        var files = ExportWorkflow.Run(run, new ExportOptions { Format = "torch", Output = _folder.Path });
        Assert.Equal(["model.safetensors", "model.py"], files.Select(file => Path.GetFileName(file.Path)));
        Assert.Equal(["model", "module"], files.Select(file => file.Content));
        Assert.Equal(
            $"{files[0].Path} has its weights in PyTorch's order; 'elbo import {files[0].Path}' makes a model of it.",
            Assert.Throws<InvalidDataException>(() => Autoencoder.Load(files[0].Path)).Message
        );
        Assert.Contains("class Vae(nn.Module):", File.ReadAllText(files[1].Path), StringComparison.Ordinal);
    }

    [Fact]
    public void One_file_has_the_chosen_weights_and_is_a_model()
    {
        using var run = runs.Open("vae", RunWeights.AfterEpoch(1));
        string path = _folder.File("mine.safetensors");
        Assert.Equal(path, Assert.Single(ExportWorkflow.Run(run, new ExportOptions { Output = path })).Path);
        var (written, last) = (Read(path), Read(run.Folder.Model));
        Assert.Equal("epoch-1", written.Metadata["weights"]);
        Assert.Equal(last.Tensors.Keys, written.Tensors.Keys);
        Assert.NotEqual(last.Tensors["encoder.mean.weight"].Data, written.Tensors["encoder.mean.weight"].Data);
        using var opened = Autoencoder.Load(path);
        Assert.Equal(run.Model.LatentDim, opened.LatentDim);
    }

    [Fact]
    public void Nothing_is_replaced_without_the_wish()
    {
        using var run = runs.Open("vae");
        var split = new ExportOptions { Split = true };
        string[] Folders(ExportOptions options) =>
            [.. ExportWorkflow.Run(run, options).Select(file => Path.GetFileName(Path.GetDirectoryName(file.Path))!)];
        Assert.Equal(["export", "export"], Folders(split));
        Assert.Equal(["export"], Folders(new ExportOptions()));
        Assert.Equal(["export-2", "export-2"], Folders(split));
        Assert.Equal(["export", "export"], Folders(split with { Overwrite = true }));

        string weights = _folder.File("weights");
        Directory.CreateDirectory(weights);
        File.WriteAllText(Path.Combine(weights, "decoder.safetensors"), "mine");
        split = split with { Output = weights };
        Assert.Equal(
            $"{Path.Combine(weights, "decoder.safetensors")} exists; give another --output, or --overwrite to replace it.",
            Assert.Throws<IOException>(() => ExportWorkflow.Run(run, split)).Message
        );
        Assert.Equal(["decoder.safetensors"], Directory.GetFiles(weights).Select(Path.GetFileName));
        Assert.Equal(["weights", "weights"], Folders(split with { Overwrite = true }));

        Assert.EndsWith(
            "model.safetensors is the model of the run itself; give another --output.",
            Assert
                .Throws<IOException>(() =>
                    ExportWorkflow.Run(run, new ExportOptions { Output = run.Folder.Path, Overwrite = true })
                )
                .Message
        );
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        using var run = runs.Open("vae");
        string Complaint(ExportOptions options) =>
            Assert.Throws<ArgumentException>(() => ExportWorkflow.Run(run, options)).Message;
        Assert.StartsWith(
            "there is no format 'npz'; there are safetensors, onnx, torch",
            Complaint(new() { Format = "npz" })
        );
        Assert.Equal("opset is 12; it must be from 13 to 23.", Complaint(new() { Format = "onnx", Opset = 12 }));
        Assert.Equal(
            "opset is 17; the format safetensors has no operators. Add --format onnx, or leave it out.",
            Complaint(new() { Opset = 17 })
        );
        Assert.Equal(
            "split goes with the format safetensors; the files of onnx are always encoder.onnx and decoder.onnx.",
            Complaint(new() { Format = "onnx", Split = true })
        );
        Assert.Equal(
            "output is 'x.onnx'; the format onnx writes encoder.onnx and decoder.onnx, so it needs a folder.",
            Complaint(new() { Format = "onnx", Output = "x.onnx" })
        );
        Assert.Equal("output is empty; give a folder.", Complaint(new() { Output = " " }));
        Assert.Equal(
            "output is 'x.safetensors'; --split writes encoder.safetensors and decoder.safetensors, so it needs a folder.",
            Complaint(new() { Output = "x.safetensors", Split = true })
        );
    }

    private static bool SameTensor((string Header, byte[] Data) a, (string Header, byte[] Data) b) =>
        a.Header == b.Header && a.Data.AsSpan().SequenceEqual(b.Data);

    /// <summary>Reads a file as the format is described: 8 bytes of length, a JSON header, and the data.</summary>
    private static (Dictionary<string, string> Metadata, Dictionary<string, (string Header, byte[] Data)> Tensors) Read(
        string path
    )
    {
        byte[] bytes = File.ReadAllBytes(path);
        int start = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, start - 8))!.AsObject();
        var notes = header["__metadata__"]!.AsObject().ToDictionary(pair => pair.Key, pair => (string)pair.Value!);
        header.Remove("__metadata__");
        return (
            notes,
            header.ToDictionary(
                pair => pair.Key,
                pair =>
                {
                    int from = (int)pair.Value!["data_offsets"]![0]!,
                        to = (int)pair.Value["data_offsets"]![1]!;
                    return ($"{pair.Value["dtype"]} {pair.Value["shape"]}", bytes[(start + from)..(start + to)]);
                }
            )
        );
    }

    /// <summary>A run of each model, trained on first use. No test changes their weights.</summary>
    public sealed class Runs : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Dictionary<string, RunFolder> _trained = [];

        public void Dispose() => _folder.Dispose();

        public LoadedRun Open(string model, RunWeights weights = default)
        {
            if (!_trained.TryGetValue(model, out var run))
                _trained[model] = run = Train(model);
            return LoadedRun.Open(run.Path, weights: weights);
        }

        private RunFolder Train(string model)
        {
            ModelOptions options = model switch
            {
                "cnn-vae" => new CnnVaeOptions { Network = new DcganOptions { Channels = [2, 3] } },
                "gmvae" => GmvaeOptions.WithLayers(6) with
                {
                    LatentDim = 3,
                    Prior = new MixtureOptions
                    {
                        Clusters = 4,
                        PretrainEpochs = 1,
                        MixtureEpochs = 0,
                    },
                },
                _ => TinyRun.Network,
            };
            using var observer = new RecordingObserver();
            var config = SmallDigits.Config with
            {
                ModelOptions = options,
                Binarize = model == "gmvae" ? Binarization.Threshold : Binarization.None,
                Epochs = model == "cnn-vae" ? 1 : 2,
                BatchSize = 400,
                Tensorboard = TensorboardDetail.None,
            };
            return TrainWorkflow.Start(config, _folder.Path, overwrite: false, TinyRun.Location, observer);
        }
    }
}
