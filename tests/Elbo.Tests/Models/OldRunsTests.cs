using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Tests.Workflows;
using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Models;

/// <summary>Runs that version 0.1.0 trained load, and compute what they computed then.</summary>
public class OldRunsTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Models", "OldRuns");

    /// <summary>Pixels of the decoded and of the generated images that <c>expected.json</c> holds.</summary>
    private static readonly int[] DecodedPixels = [0, 200, 300, 406, 783, 784 + 400, 1568 + 300],
        GeneratedPixels = [100, 406, 784 + 406, 1567];

    public static TheoryData<string> Names => [.. Directory.GetDirectories(Folder).Select(d => Path.GetFileName(d)!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_old_run_loads_and_computes_what_it_computed(string name)
    {
        using var folder = Unpack(name);
        using var device = new Device(new DeviceOptions { Threads = 1 });
        using var autoencoder = Autoencoder.Load(folder.Path, device);
        using var expected = JsonDocument.Parse(File.ReadAllText(folder.File("expected.json")));

        void Check(string what, float[] actual)
        {
            float[] values = expected.RootElement.GetProperty(what).Deserialize<float[]>()!;
            // Kernels of later versions may add in another order, and those of other instruction sets do; single
            // probabilities amplify the rounding of the codes.
            string set = expected.RootElement.GetProperty("instruction-set").GetString()!;
            double tolerance = set == device.InstructionSet ? 2e-6 : 1e-4;
            Assert.All(values.Zip(actual), v => Assert.Equal(v.First, v.Second, tolerance * (1 + MathF.Abs(v.First))));
        }

        byte[] images =
        [
            .. Enumerable.Range(0, 3 * 784).Select(i => (byte)((i % 784 / 28 * 5) + (i % 28 * 3) + (i / 784 * 40))),
        ];
        float[] codes = autoencoder.Encode(images);
        Check("codes", codes);
        Check("decoded", [.. DecodedPixels.Select(i => autoencoder.Decode(codes).ToArray()[i])]);
        Check("generated", [.. GeneratedPixels.Select(i => autoencoder.Generate(2, seed: 4).ToArray()[i])]);
        if (!expected.RootElement.TryGetProperty("clusters", out _))
            return;
        Check("clusters", autoencoder.ClusterProbabilities(images));
        Check(
            "cluster-sample",
            [.. GeneratedPixels.Select(i => autoencoder.Generate(2, seed: 5, cluster: 1).ToArray()[i])]
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Saving_an_old_run_writes_the_same_weights_and_the_same_options_under_their_present_names(string name)
    {
        using var folder = Unpack(name);
        using var device = new Device(new DeviceOptions { Threads = 1 });
        using var copy = new TemporaryFolder();
        using var autoencoder = Autoencoder.Load(folder.Path, device);
        autoencoder.Save(copy.Path);
        using var then = new SafetensorsReader(folder.File("model.safetensors"));
        using var now = new SafetensorsReader(copy.File("model.safetensors"));
        Assert.Equal(then.Entries, now.Entries);
        foreach (var entry in then.Entries)
            Bits.AssertEqual(then.ReadFloats(entry.Name).Values, now.ReadFloats(entry.Name).Values);

        Assert.Equal(then.Metadata.Keys.Append("sha256").Order(), now.Metadata.Keys.Order());
        foreach (var (key, value) in then.Metadata.Where(note => note.Key != "model"))
            Assert.Equal(value, now.Metadata[key]);
        var options = ModelCatalog.Options.WithoutAliases(JsonNode.Parse(then.Metadata["model"])!.AsObject());
        if ((string?)options["network"] == "batch-norm")
        {
            // That network, now called dcgan, has no layers that the option could set.
            options["network"] = "dcgan";
            options.Remove("dense");
        }
        Assert.Equal(options.ToJsonString(), now.Metadata["model"]);
    }

    [Fact]
    public void An_old_run_resumes_from_its_checkpoint_to_the_weights_it_had()
    {
        using var folder = Unpack("vae-shared");
        string expected = folder.File("expected.safetensors");
        File.Move(folder.File("model.safetensors"), expected);
        using var observer = new RecordingObserver();
        TrainWorkflow.Resume(RunFolder.Open(folder.Path), epochs: null, TinyRun.Location, observer);
        using var reader = new SafetensorsReader(expected);
        using var resumed = new SafetensorsReader(folder.File("model.safetensors"));
        using var device = new Device();
        foreach (var entry in reader.Entries)
        {
            float[] then = [.. reader.ReadFloats(entry.Name).Values],
                now = [.. resumed.ReadFloats(entry.Name).Values];
            if (device.InstructionSet == "avx512")
                Bits.AssertEqual(then, now);
            else
                // Rounding that differs in 94 steps of Adam, each of which moves a weight by 0.001 at most.
                for (int i = 0; i < then.Length; i++)
                    Assert.Equal(then[i], now[i], 0.02);
        }
    }

    private static TemporaryFolder Unpack(string name)
    {
        string source = Path.Combine(Folder, name);
        var target = new TemporaryFolder();
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string to = target.File(Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            if (!file.EndsWith(".gz", StringComparison.Ordinal))
            {
                File.Copy(file, to);
                continue;
            }
            using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
            using var unpacked = File.Create(to[..^".gz".Length]);
            packed.CopyTo(unpacked);
        }
        return target;
    }
}
