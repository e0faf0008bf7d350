using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Models;

/// <summary>Weights that are damaged or not finite are neither saved nor used.</summary>
public sealed class SoundWeightsTests : IDisposable
{
    private static readonly ImageShape Shape = new(1, 2, 2);

    private readonly TemporaryFolder _folder = new();
    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    private string Path => _folder.File("model.safetensors");

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void A_weight_that_is_not_finite_is_not_saved(float value, string text)
    {
        var model = Create();
        model.Tensors[^1].Value.AsSpan()[1] = value;
        var e = Assert.Throws<ArgumentException>(() => ModelFile.Save(model, Path));
        Assert.StartsWith(
            $"tensor '{model.Tensors[^1].Name}' has {text} as value 1; weights that are not finite are not saved to {Path}.",
            e.Message
        );
        ModelFile.Save(model, ModelHalf.Encoder, Path);
        Assert.Throws<ArgumentException>(() => ModelFile.Save(model, ModelHalf.Decoder, _folder.File("decoder")));
        Assert.Equal([Path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Buffers_count_as_weights()
    {
        var model = new CnnVaeOptions
        {
            LatentDim = 2,
            Network = new DcganOptions { Channels = [2] },
        }.Create(new ImageShape(1, 8, 8), _device, new Rng(0));
        var (name, buffer) = model.Buffers[0];
        buffer.AsSpan()[0] = float.NaN;
        Assert.Equal($"tensor '{name}' has NaN as value 0", model.WeightFault());
        Assert.Throws<ArgumentException>(() => ModelFile.Save(model, Path));
    }

    [Fact]
    public void A_file_with_a_weight_that_is_not_finite_is_refused_and_leaves_the_model_as_it_was()
    {
        var model = Create();
        ModelFile.Save(model, Path);
        SafetensorsTensor[] tensors;
        Dictionary<string, string> notes;
        using (var reader = new SafetensorsReader(Path))
        {
            tensors = [.. reader.Entries.Select(entry => reader.ReadFloats(entry.Name))];
            notes = new(reader.Metadata);
        }
        float[] broken = tensors[2].Values.ToArray();
        broken[1] = float.PositiveInfinity;
        string name = tensors[2].Name;
        tensors[2] = new SafetensorsTensor(name, tensors[2].Shape, broken);
        notes.Remove(TensorDigest.Key);
        SafetensorsWriter.Write(Path, tensors, notes);
        string complaint =
            $"{Path}: tensor '{name}' has Infinity as value 1; weights must be finite. Train the model again.";
        Assert.Equal(complaint, Assert.Throws<InvalidDataException>(() => ModelFile.Open(Path, _device)).Message);
        float[] before = model.Parameters.Values.ToArray();
        Assert.Equal(complaint, Assert.Throws<InvalidDataException>(() => ModelFile.Load(model, Path)).Message);
        Bits.AssertEqual(before, model.Parameters.Values.AsSpan());
        Assert.Throws<InvalidDataException>(() => Autoencoder.Load(Path, _device));
    }

    [Fact]
    public void A_flipped_bit_is_refused_with_one_line_that_names_the_path()
    {
        var model = Create();
        ModelFile.Save(model, Path);
        byte[] bytes = File.ReadAllBytes(Path);
        int data = bytes.Length - (int)(4 * model.Tensors.Sum(t => t.Value.Count));
        for (int i = data; i < bytes.Length; i += 5)
        {
            bytes[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(Path, bytes);
            Assert.Equal(
                $"{Path}: the contents do not match their SHA-256; the file is damaged. Take another copy of it.",
                Assert.Throws<InvalidDataException>(() => ModelFile.Open(Path, _device)).Message
            );
            bytes[i] ^= (byte)(1 << (i % 8));
        }
    }

    [Fact]
    public void A_flipped_bit_of_the_metadata_is_refused_too()
    {
        ModelFile.Save(Create(), Path);
        string text = File.ReadAllText(Path, System.Text.Encoding.Latin1);
        // Another dropout rate would change nothing that the tensors show.
        int at = text.IndexOf("dropout", StringComparison.Ordinal) + "dropout\\\":".Length;
        File.WriteAllText(
            Path,
            text[..at] + (text[at] == '0' ? "1" : "0") + text[(at + 1)..],
            System.Text.Encoding.Latin1
        );
        Assert.StartsWith(
            $"{Path}: ",
            Assert.Throws<InvalidDataException>(() => ModelFile.Load(Create(), Path)).Message
        );
    }

    [Fact]
    public void Every_kind_of_file_has_the_digest_and_the_same_model_gives_the_same_bytes()
    {
        var model = Create();
        string[] files = [Path, _folder.File("encoder"), _folder.File("decoder"), _folder.File("best")];
        void Save()
        {
            ModelFile.Save(model, files[0]);
            ModelFile.Save(model, ModelHalf.Encoder, files[1]);
            ModelFile.Save(model, ModelHalf.Decoder, files[2]);
            ModelFile.Save(model, files[3], new Dictionary<string, string> { ["epoch"] = "3" });
        }
        Save();
        byte[][] first = [.. files.Select(File.ReadAllBytes)];
        Save();
        Assert.Equal(first, files.Select(File.ReadAllBytes));
        foreach (string file in files)
        {
            using var reader = new SafetensorsReader(file);
            Assert.True(reader.Verify());
        }
    }

    [Fact]
    public void A_last_step_that_makes_a_weight_infinite_ends_training()
    {
        var model = Create();
        var trainer = new Trainer(
            model,
            new Ruin(model.Parameters),
            new ConstantSchedule(0.1f),
            new TrainerOptions { BatchSize = 8 },
            Images(),
            [0, 1, 2, 3, 4, 5, 6, 7],
            new Rng(0)
        );
        Assert.StartsWith(
            $"after step 1 (epoch 1), tensor '{model.Tensors[0].Name}' has Infinity as value 0; earlier checkpoints are "
                + "untouched. A smaller --learning-rate usually helps.",
            Assert.Throws<TrainingFailedException>(() => trainer.RunEpoch()).Message
        );
    }

    [Fact]
    public void A_cancelled_epoch_is_checked_as_well()
    {
        var model = Create();
        using var stop = new CancellationTokenSource();
        var trainer = new Trainer(
            model,
            new Ruin(model.Parameters),
            new ConstantSchedule(0.1f),
            new TrainerOptions { BatchSize = 4 },
            Images(),
            [0, 1, 2, 3, 4, 5, 6, 7],
            new Rng(0)
        );
        Assert.StartsWith(
            "after step 1 (epoch 1), tensor",
            Assert.Throws<TrainingFailedException>(() => trainer.RunEpoch(_ => stop.Cancel(), stop.Token)).Message
        );
    }

    [Fact]
    public void A_checkpoint_that_is_not_finite_is_not_written()
    {
        var model = Create();
        var optimizer = new Adam(model.Parameters);
        var store = new CheckpointStore(_folder.File("checkpoints"));
        optimizer.State[0].Value.AsSpan()[0] = float.NaN;
        var e = Assert.Throws<ArgumentException>(() => store.Save(Checkpoint.Of(optimizer, new TrainingState())));
        Assert.StartsWith(
            $"tensor 'optimizer.{optimizer.State[0].Name}' has NaN as value 0; a checkpoint with",
            e.Message
        );
        Assert.Empty(store.Files);
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    public void A_fit_that_fails_leaves_the_weights_from_the_beginning_of_its_epoch(string optimizer)
    {
        using var vae = new Autoencoder(Options, Shape, seed: 2, _device);
        float[] before = vae.Encode(Images());
        Assert.Throws<TrainingFailedException>(() =>
            vae.Fit(
                Images(),
                new FitOptions
                {
                    Epochs = 3,
                    BatchSize = 4,
                    Optimizer = optimizer,
                    LearningRate = float.MaxValue,
                }
            )
        );
        Bits.AssertEqual(before, vae.Encode(Images()));
        vae.Save(_folder.File("saved"));
        using var loaded = Autoencoder.Load(_folder.File("saved"), _device);
        Bits.AssertEqual(before, loaded.Encode(Images()));
    }

    private static ModelOptions Options { get; } = VaeOptions.WithLayers([4], [4], 2, Activation.Tanh);

    private static ImageDataset Images() =>
        new("squares", Shape, Enumerable.Range(0, 32).Select(i => (byte)(i * 7)).ToArray());

    private GenerativeModel Create() => new(Options, Shape, _device, new Rng(0));

    /// <summary>Makes the first weight infinite.</summary>
    private sealed class Ruin(Elbo.Nn.ParameterSet parameters) : Optimizer(parameters)
    {
        protected override void Update(float learningRate) =>
            Parameters.All[0].Value.AsSpan()[0] = float.PositiveInfinity;
    }
}
