using System.Diagnostics;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Nn;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Workflows;

/// <summary>Time per kernel of the measured steps.</summary>
/// <param name="Kernels">Totals over all steps, in descending order of time.</param>
/// <param name="Steps">Number of measured steps.</param>
/// <param name="Seconds">Total time of the steps, in seconds.</param>
/// <param name="MatrixOperations">Floating-point operations of the matrix products in these steps.</param>
/// <param name="Peak">
/// Peak floating-point operations per second on registers alone, measured before and after; null for a GPU.
/// </param>
public sealed record StepProfile(
    IReadOnlyList<KernelTime> Kernels,
    long Steps,
    double Seconds,
    double MatrixOperations,
    double? Peak
)
{
    /// <summary>
    /// Matrix operations per second of whole steps as a fraction of the peak, if it is known. All other work counts as
    /// lost time.
    /// </summary>
    public double? ShareOfPeak => MatrixOperations / Seconds / Peak;

    /// <summary>
    /// Milliseconds per step and fraction of the time by category. The last row, without a category, is time outside
    /// kernels.
    /// </summary>
    public IReadOnlyList<(KernelCategory? Category, double Milliseconds, double Share)> Categories
    {
        get
        {
            var rows = Kernels
                .GroupBy(k => k.Category)
                .OrderBy(g => g.Key)
                .Select(g => ((KernelCategory?)g.Key, g.Sum(k => k.Seconds)))
                .ToList();
            rows.Add((null, Seconds - rows.Sum(r => r.Item2)));
            return [.. rows.Select(r => (r.Item1, 1e3 * r.Item2 / Steps, r.Item2 / Seconds))];
        }
    }
}

/// <summary>
/// The <c>elbo bench</c> command: throughput of training steps, encoding and decoding on random images.
/// </summary>
public static class BenchWorkflow
{
    private const int Images = 4096;
    private const int MostBytes = 64 * 1024 * 1024;
    private const int InferenceBatch = 1000;
    private const int WarmUpSteps = 60;
    private const int FewestWarmUpSteps = 5;
    private const int Slices = 5;

    /// <summary>A network to measure.</summary>
    /// <param name="Name">Name in comparisons with other frameworks.</param>
    /// <param name="Options">Options of the network.</param>
    /// <param name="Shape">Shape of one image.</param>
    /// <param name="Batch">Images per step.</param>
    /// <param name="Inference">Whether to measure encoding and decoding too.</param>
    public sealed record Case(string Name, ModelOptions Options, ImageShape Shape, int Batch, bool Inference = false)
    {
        /// <summary>Whether a step takes long on a processor; such cases run if they are named.</summary>
        public bool IsLarge { get; init; }
    }

    private static ImageShape Grey28 => new(1, 28, 28);

    /// <summary>All cases.</summary>
    public static IReadOnlyList<Case> Cases { get; } =
    [
        new("mlp-elu-tanh-500-z2-b128", new VaeOptions(), Grey28, 128, Inference: true),
        new("mlp-elu-tanh-500-z2-b64", new VaeOptions(), Grey28, 64),
        new("mlp-relu-256-z20-b128", Relu(20, 256), Grey28, 128),
        new("mlp-relu-512-128-64-z2-b128", Relu(2, 512, 128, 64), Grey28, 128),
        new("conv-mnist-z10-b64", new CnnVaeOptions { LatentDim = 10 }, Grey28, 64, Inference: true),
        new(
            "conv-cifar-z10-b64",
            new CnnVaeOptions
            {
                LatentDim = 10,
                Likelihood = new LikelihoodOptions { Decoder = DecoderKind.Gaussian },
            },
            new ImageShape(3, 32, 32),
            64
        ),
        new("gmvae-64-z8-w2-k10-b64", Mixture, Grey28, 64),
        new("dcgan-rgb64-b64", Photographs, new ImageShape(3, 64, 64), 64) { IsLarge = true },
        new("dcgan-rgb128-b32", Photographs, new ImageShape(3, 128, 128), 32) { IsLarge = true },
        new("dcgan-rgb256-b16", Photographs, new ImageShape(3, 256, 256), 16) { IsLarge = true },
    ];

    private static CnnVaeOptions Photographs =>
        new()
        {
            LatentDim = 64,
            Likelihood = new LikelihoodOptions { Decoder = DecoderKind.Gaussian },
        };

    private static GmvaeOptions Mixture =>
        GmvaeOptions.WithLayers(64, 64) with
        {
            LatentDim = 8,
            Prior = new MixtureOptions
            {
                StyleDim = 2,
                Clusters = 10,
                PriorHidden = [64, 64],
                ClusterPosterior = ClusterPosterior.Network,
                PretrainEpochs = 0,
            },
            Likelihood = new LikelihoodOptions
            {
                Decoder = DecoderKind.Gaussian,
                Variance = 0.001f,
                SampleReconstruction = true,
            },
        };

    /// <summary>A measurement.</summary>
    /// <param name="Case">The case, or <c>case/encode</c>, <c>case/decode</c>.</param>
    /// <param name="Device">The kind of the device.</param>
    /// <param name="ImagesPerSecond">Images per second, the median over five slices of the time.</param>
    /// <param name="MillisecondsPerStep">Milliseconds per batch.</param>
    /// <param name="Batch">Images per step.</param>
    /// <param name="Profile">Time per kernel; null if not requested.</param>
    public sealed record Result(
        string Case,
        string Device,
        double ImagesPerSecond,
        double MillisecondsPerStep,
        int Batch,
        StepProfile? Profile
    );

    /// <summary>Measures the named cases, or all that are not large.</summary>
    /// <exception cref="ArgumentException">A case is unknown, or the duration is not positive.</exception>
    public static IEnumerable<Result> Run(
        IReadOnlyList<string> names,
        double seconds,
        DeviceOptions options,
        bool profile,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!(seconds > 0 && seconds < 3600))
            throw new ArgumentException($"seconds is {seconds}; it must be above 0 and below 3600.");
        Case[] chosen = names.Count == 0 ? [.. Cases.Where(c => !c.IsLarge)] : [.. names.Select(Find)];
        return chosen.SelectMany(c => Measure(c, seconds, options, profile, cancellation));
    }

    private static Case Find(string name)
    {
        string bare = name.Split('/')[0];
        return Cases.FirstOrDefault(c => c.Name == bare)
            ?? throw NearestName.Unknown("case", name, [.. Cases.Select(c => c.Name)]);
    }

    private static IEnumerable<Result> Measure(
        Case test,
        double seconds,
        DeviceOptions options,
        bool profile,
        CancellationToken cancellation
    )
    {
        using var device = new Device(options);
        var shape = test.Shape;
        var rng = new Rng(0);
        int images = Math.Clamp(MostBytes / shape.PixelCount, test.Batch, Images);
        var pixels = new byte[images * shape.PixelCount];
        foreach (ref byte pixel in pixels.AsSpan())
            pixel = (byte)rng.Next(256);
        var model = test.Options.Create(shape, device, rng.Fork("weights"));
        var trainer = new Trainer(
            model,
            new Adam(model.Parameters),
            new ConstantSchedule(1e-3f),
            new TrainerOptions { BatchSize = test.Batch },
            new ImageDataset("random", shape, pixels),
            [.. Enumerable.Range(0, images / test.Batch * test.Batch)],
            rng
        );
        yield return Time(device, test.Name, trainer.RunStep, test.Batch, seconds, profile, cancellation);
        if (!test.Inference)
            yield break;
        using var pause = device.Tape.Pause();
        var x = device.Images(pixels, [.. Enumerable.Range(0, InferenceBatch)], shape.PixelCount);
        var z = Ops.RandomNormal(device, [InferenceBatch, model.LatentDim], rng);
        var context = new ForwardContext(rng, Training: false);
        yield return Time(
            device,
            test.Name + "/encode",
            () => InStep(device, () => model.Encode(x, context)),
            InferenceBatch,
            seconds,
            profile,
            cancellation
        );
        yield return Time(
            device,
            test.Name + "/decode",
            () => InStep(device, () => _ = model.Decode(z, context).Mean),
            InferenceBatch,
            seconds,
            profile,
            cancellation
        );
    }

    private static void InStep(Device device, Action action)
    {
        using var scope = device.BeginStep();
        action();
    }

    /// <summary>
    /// Runs steps until kernels are compiled, which a GPU's are at their first call, and clocks have risen.
    /// </summary>
    private static void WarmUp(Device device, Action step)
    {
        for (int i = 0; i < FewestWarmUpSteps; i++)
            step();
        device.Synchronize();
        long begun = Stopwatch.GetTimestamp();
        int most = device.IsProcessor ? WarmUpSteps - FewestWarmUpSteps : int.MaxValue;
        for (int i = 0; i < most && Stopwatch.GetElapsedTime(begun).TotalSeconds < 1; i++)
            step();
        device.Synchronize();
    }

    private static Result Time(
        Device device,
        string name,
        Action step,
        int batch,
        double seconds,
        bool profiles,
        CancellationToken cancellation
    )
    {
        WarmUp(device, step);
        double? peakBefore = profiles && device.IsProcessor ? device.MeasurePeak() : null;
        var profile = profiles ? device.Profile = new KernelProfile() : null;
        var rates = new double[Slices];
        long steps = 0;
        double total = 0;
        for (int slice = 0; slice < Slices; slice++)
        {
            cancellation.ThrowIfCancellationRequested();
            int done = 0;
            long start = Stopwatch.GetTimestamp();
            do
            {
                step();
                done++;
            } while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds / Slices);
            device.Synchronize();
            double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            rates[slice] = done * batch / elapsed;
            steps += done;
            total += elapsed;
        }
        Array.Sort(rates);
        double rate = rates[Slices / 2];
        return new Result(
            name,
            device.Kind,
            rate,
            1e3 * batch / rate,
            batch,
            profile is null ? null : Finish(device, profile, steps, total, peakBefore)
        );
    }

    private static StepProfile Finish(
        Device device,
        KernelProfile profile,
        long steps,
        double seconds,
        double? peakBefore
    )
    {
        device.Profile = null;
        // The machine's speed drifts. The mean of the peaks before and after is the best estimate for the time in
        // between.
        double? peak = peakBefore is { } before ? (before + device.MeasurePeak()) / 2 : null;
        return new StepProfile(profile.Kernels, steps, seconds, profile.MatrixOperations, peak);
    }

    /// <summary>
    /// A network with the given widths of encoder and decoder, each in order from its input, as in the other
    /// frameworks.
    /// </summary>
    private static VaeOptions Relu(int latentDim, params int[] widths) =>
        VaeOptions.WithLayers(widths, widths, latentDim);
}
