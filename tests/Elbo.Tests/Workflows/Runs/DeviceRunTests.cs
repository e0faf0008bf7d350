using Elbo.Data;
using Elbo.Engine;
using Elbo.Formats.Numpy;
using Elbo.Models;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Runs;

/// <summary>Runs on a GPU that the processor emulates, which is slow: a few images of 8×8 pixels.</summary>
public sealed class DeviceRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_moves_between_devices_and_has_the_losses_of_the_processor()
    {
        var config = Config();
        using var whole = new RecordingObserver();
        whole.Train(config with { Name = "whole" }, _folder);

        using var first = new RecordingObserver { StopAfter = 1 };
        Assert.Throws<RunStoppedException>(() =>
            first.Train(config with { Name = "moved", Device = "emulated" }, _folder)
        );
        Assert.Equal(("emulated", "a GPU emulated on the processor"), (first.Start!.InstructionSet, first.Start.Gpu));
        var run = RunFolder.Open(_folder.File("moved"));
        using var second = new RecordingObserver();
        TrainWorkflow.Resume(run, epochs: null, TinyRun.Location, second, device: "cpu");
        Assert.Equal("", second.Start!.Gpu);

        Assert.Equal(whole.Epochs.Count, second.Epochs.Count);
        foreach (var (expected, actual) in whole.Epochs.SelectMany(e => e).Zip(second.Epochs.SelectMany(e => e)))
            Assert.Equal(expected.Loss, actual.Loss, 1e-4 * expected.Loss); // sums in another order
        Assert.Equal("emulated", RunSettings.Load(run).Device);
        Assert.Equal(
            [("emulated", "a GPU emulated on the processor"), (whole.Start!.InstructionSet, "")],
            RunRecord.Load(run)!.Sessions.Select(session => (session.InstructionSet, session.Gpu))
        );
        Assert.Contains("a GPU emulated on the processor (emulated)", File.ReadAllText(run.Report));

        using var here = LoadedRun.Open(run.Path);
        using var there = LoadedRun.Open(run.Path, device: new DeviceOptions { Kind = "emulated" });
        float[] images = here.Data.Test.ToIntensities();
        float[] codes = Inference.Encode(here.Model, images);
        Assert.Equal(codes, Inference.Encode(there.Model, images), (a, b) => MathF.Abs(a - b) <= 1e-5f);
    }

    [Fact]
    public void A_device_that_does_not_exist_is_an_error_before_a_folder_is_written()
    {
        using var observer = new RecordingObserver();
        var error = Assert.Throws<ArgumentException>(() =>
            observer.Train(Config() with { Name = "none", Device = "cuda:4711" }, _folder)
        );
        Assert.Contains("'cuda:4711'", error.Message);
        Assert.False(Directory.Exists(_folder.File("none")));
        Assert.StartsWith(
            "device is 'gpu'; it must be cpu, cuda, cuda:N",
            Assert.Throws<ArgumentException>(() => (Config() with { Device = "gpu" }).Validate()).Message
        );
    }

    private RunConfig Config()
    {
        string path = _folder.File("images.npz");
        var rng = new Rng(3);
        byte[] Images(int count) =>
            NpyWriter.Bytes([.. Enumerable.Range(0, count * 64).Select(_ => rng.NextSingle())], count, 8, 8);
        NpzFile.Save(path, ("x_train", Images(20)), ("x_test", Images(6)));
        return new RunConfig
        {
            ModelOptions = VaeOptions.WithLayers([16], [16], latentDim: 2),
            Dataset = "arrays",
            DatasetOptions = new DatasetOptions { Images = path },
            Epochs = 2,
            BatchSize = 10,
            ImageEvery = 0,
            Seed = 1,
        };
    }
}
