using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Tests.Formats;
using Elbo.Tests.Training;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Workflows.Exporting;
using Elbo.Workflows.Exporting.Torch;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Fuzzing;

/// <summary>Files of weights.</summary>
internal static class ModelTargets
{
    private const string Ending = ".safetensors";

    /// <summary>What the headers of these files consist of.</summary>
    private static readonly string[] Tokens =
    [
        "\"shape\":[2147483647]",
        "\"shape\":[0,5]",
        "\"shape\":[-1]",
        "\"dtype\":\"F64\"",
        "\"dtype\":\"BOOL\"",
        "\"data_offsets\":[0,0]",
        "__metadata__",
        "\"sha256\":\"\"",
        "\"image_shape\":\"1,10000,10000\"",
        "image_shape",
        "1,16384,16384",
        "\\\"hidden\\\":[30000,30000]",
        "\\\"latent-dim\\\":1000000",
        "half",
        "encoder",
        "order",
    ];

    private static readonly Device Device = new(new DeviceOptions { Threads = 1 });

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Of("safetensors", ["SafetensorsReader"], Plain, _ => ReadAll),
        Of("model", ["ModelFile"], Models, _ => path => ModelFile.Open(path, Device)) with
        {
            Memory = new(4_000_000, 400),
        },
        Of("best-weights", ["BestWeights"], Best, Restore) with
        {
            Memory = new(4_000_000, 400),
        },
        Of("torch", ["ImportWorkflow", "TorchWeights"], Torch, Import) with
        {
            Writes = ["imported"],
            Memory = new(4_000_000, 400),
        },
        Of("checkpoint", ["CheckpointStore"], Checkpoints, Resume),
    ];

    private static FuzzTarget Of(
        string name,
        string[] readers,
        Func<IReadOnlyList<byte[]>> seeds,
        Func<TemporaryFolder, Action<string>> prepare
    ) => new(name, readers, name + Ending, seeds, prepare) { Container = Container.Safetensors, Tokens = Tokens };

    private static IReadOnlyList<byte[]> Plain() =>
        [
            SafetensorsBytes.Of(
                """{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}""",
                [0, 0, 128, 63, 0, 0, 0, 64]
            ),
            SafetensorsBytes.Of(
                """{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[0],"data_offsets":[8,8]}}""",
                new byte[8]
            ),
        ];

    private static void ReadAll(string path)
    {
        using var reader = new SafetensorsReader(path);
        reader.Verify();
        foreach (var entry in reader.Entries)
            if (entry.ElementType == "I64")
                reader.ReadLongs(entry.Name);
            else if (entry.ElementType == "U8")
                reader.ReadBytes(entry.Name);
            else
                reader.ReadFloats(entry.Name);
    }

    private static IReadOnlyList<byte[]> Models() =>
        [.. Small().Select(model => Written(path => ModelFile.Save(model, path)))];

    private static IEnumerable<GenerativeModel> Small() =>
        new[]
        {
            ("vae", """{ "hidden": [2], "latent-dim": 1 }"""),
            ("gmvae", """{ "hidden": [3], "latent-dim": 2, "clusters": 2 }"""),
            ("vae", """{ "hidden": [2], "prior": "vamp", "pseudo-inputs": 2, "decoder": "gaussian-sigma" }"""),
            ("vae", """{ "hidden": [2], "condition": "labels", "condition-classes": ["a", "b"] }"""),
        }
            .Select(model => Create(model.Item1, model.Item2, new ImageShape(1, 2, 2)))
            .Append(Create("cnn-vae", """{ "channels": [1, 1], "latent-dim": 1 }""", new ImageShape(1, 8, 8)));

    private static GenerativeModel Create(string name, string options, ImageShape shape) =>
        ModelCatalog.Get(name).Read(JsonNode.Parse(options)!.AsObject()).Create(shape, Device, new Rng(1));

    private static IReadOnlyList<byte[]> Best() =>
        [Written(path => new BestWeights(path).Save(Small().First(), new BestEpoch(3, "test", 98.5)))];

    private static Action<string> Restore(TemporaryFolder folder)
    {
        var model = Small().First();
        return path =>
        {
            var best = new BestWeights(path);
            best.Read();
            best.Restore(model);
        };
    }

    private static IReadOnlyList<byte[]> Torch()
    {
        var notes = new Dictionary<string, string> { [ExportNotes.Binarize] = "threshold", [ExportNotes.Run] = "a" };
        var options = new ExportOptions { Format = "torch" };
        return
        [
            .. Small()
                .Select(model =>
                    Written(path => TorchExport.WriteWeights(new ExportSource(model, options, notes), path))
                ),
        ];
    }

    private static Action<string> Import(TemporaryFolder folder)
    {
        var options = new ImportOptions { Output = folder.File("imported"), Overwrite = true };
        return path => ImportWorkflow.Run(path, options);
    }

    private static IReadOnlyList<byte[]> Checkpoints() =>
        [
            .. new[]
            {
                new TrainingState { Step = 3, Epoch = 1 },
                new TrainingState
                {
                    Step = 12,
                    Epoch = 2,
                    BatchInEpoch = 4,
                },
            }.Select(state =>
                Written(path =>
                    CheckpointFile.Write(
                        path,
                        Checkpoint.Of(
                            new Adam(SmallModel.Create(Device)),
                            state,
                            [("encoder.mean", Device.Full([4], 0.25f))]
                        )
                    )
                )
            ),
        ];

    private static Action<string> Resume(TemporaryFolder folder)
    {
        var optimizer = new Adam(SmallModel.Create(Device));
        var buffer = Device.Full([4], 0.25f);
        return path => CheckpointFile.Read(path).Restore(optimizer, [("encoder.mean", buffer)]);
    }

    private static byte[] Written(Action<string> write)
    {
        using var folder = InputFolder.Create();
        string path = folder.File("seed");
        write(path);
        return File.ReadAllBytes(path);
    }
}
