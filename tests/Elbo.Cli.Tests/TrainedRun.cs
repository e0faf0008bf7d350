namespace Elbo.Cli.Tests;

/// <summary>A run of two short epochs that all tests of this collection look at and none changes.</summary>
public sealed class TrainedRun : IDisposable
{
    /// <summary>Tiny, so that an epoch takes a fraction of a second.</summary>
    public static readonly string[] Tiny =
    [
        "--hidden",
        "12",
        "--batch-size",
        "1000",
        "--learning-rate",
        "0.005",
        "--seed",
        "7",
    ];

    private readonly TemporaryFolder _folder = new();

    public TrainedRun() =>
        Result = RunningCommand.Run(_folder.Path, ["train", .. Tiny, "--epochs", "2", "--threads", "1"]).Succeeded();

    /// <summary>What training said.</summary>
    public CommandResult Result { get; }

    /// <summary>The folder in which it was started.</summary>
    public string Parent => _folder.Path;

    /// <summary>The run folder.</summary>
    public string Path => _folder.File("runs/vae-digits-z2");

    public byte[] Weights => File.ReadAllBytes(System.IO.Path.Combine(Path, "model.safetensors"));

    public void Dispose() => _folder.Dispose();
}

/// <summary>Classes of this collection share one <see cref="TrainedRun"/>.</summary>
[CollectionDefinition(Name)]
public sealed class TrainedRunTests : ICollectionFixture<TrainedRun>
{
    public const string Name = "one trained run";
}
