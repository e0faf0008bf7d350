using Elbo.Engine;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Models;

public partial class ModelCatalogTests
{
    private const int StepsPerEpoch = 5;

    /// <summary>Everything that a step can do with images and gradients.</summary>
    private static readonly TrainerOptions EveryOption = new()
    {
        BatchSize = 52,
        ClipGradNorm = 20,
        Augment = Augmentations.Flip | Augmentations.Shift,
        Noise = NoiseKind.SaltPepper,
        NoiseFactor = 0.1f,
        KlWarmup = 1.5f,
    };

    /// <summary>Every case once, since a likelihood makes no difference to where it is computed.</summary>
    public static TheoryData<string, DecoderKind> CasesOnce
    {
        get
        {
            var cases = new TheoryData<string, DecoderKind>();
            foreach (string name in Small.Keys)
                cases.Add(
                    name,
                    Small[name].Contains("learned", StringComparison.Ordinal)
                        ? DecoderKind.Gaussian
                        : DecoderKind.GaussianSigma
                );
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(CasesOnce))]
    public void Another_device_trains_and_infers_as_the_processor_and_a_step_reads_nothing(
        string name,
        DecoderKind decoder
    )
    {
        var accelerator = new CountingAccelerator();
        using var there = accelerator.CreateDevice();
        using var here = new Device(new DeviceOptions { Threads = 1 });
        var (expected, actual) = (Create(name, decoder, here, seed: 1), Create(name, decoder, there, seed: 1));
        Bits.AssertEqual(All(expected), All(actual));
        var (first, second) = (EveryOptionTrainer(expected), EveryOptionTrainer(actual));
        for (int epoch = 0; epoch < 2; epoch++)
        {
            var reads = new List<int>();
            var wanted = first.RunEpoch()!;
            var found = second.RunEpoch(_ => reads.Add(accelerator.Reads))!;
            // The first step shows its loss.
            Assert.Equal(StepsPerEpoch, reads.Count);
            Assert.Equal(reads[0], reads[^1]);
            AssertNear(wanted.Loss, found.Loss);
            Assert.Equal(wanted.Terms.Select(term => term.Name), found.Terms.Select(term => term.Name));
            foreach (var (term, same) in wanted.Terms.Zip(found.Terms))
                AssertNear(term.Value, same.Value);
        }
        AssertComputesTheSameHere(name, decoder, actual);
    }

    /// <summary>Compares a model of another device with one loaded from its file on the processor.</summary>
    private static void AssertComputesTheSameHere(string name, DecoderKind decoder, GenerativeModel trained)
    {
        using var folder = new TemporaryFolder();
        using var here = new Device(new DeviceOptions { Threads = 1 });
        ModelFile.Save(trained, folder.File("model.safetensors"));
        var loaded = Create(name, decoder, here, seed: 2);
        ModelFile.Load(loaded, folder.File("model.safetensors"));
        Bits.AssertEqual(All(trained), All(loaded));
        float[] images = FewDigits.Test.ToIntensities(FewDigits.First(7));
        float[] codes = Inference.Encode(loaded, images);
        AssertNear(codes, Inference.Encode(trained, images));
        AssertNear(Inference.Decode(loaded, codes), Inference.Decode(trained, codes));
        AssertNear(Inference.SamplePrior(loaded, 5, new Rng(3)), Inference.SamplePrior(trained, 5, new Rng(3)));
        var estimates = ImportanceSampling.Estimate(loaded, images, 3, new Rng(4));
        foreach (var (wanted, found) in estimates.Zip(ImportanceSampling.Estimate(trained, images, 3, new Rng(4))))
            AssertNear(wanted.LogLikelihood, found.LogLikelihood);
        var scores = ImageScores.Of(loaded, images, default, 2, new Rng(5), default).Scores;
        foreach (
            var (wanted, found) in scores.Zip(ImageScores.Of(trained, images, default, 2, new Rng(5), default).Scores)
        )
            AssertNear(wanted.Divergence, found.Divergence);
        double Loss(GenerativeModel model) =>
            TrainingLoop
                .Evaluate(
                    model,
                    new HeldOutImages("test", FewDigits.Test, FewDigits.First(60)),
                    new TrainerOptions { Binarize = Binarization.Dynamic },
                    new Rng(9)
                )
                .Loss;
        AssertNear(Loss(loaded), Loss(trained));
        if (loaded.Prior is IClusteringPrior)
            Assert.Equal(Inference.AssignClusters(loaded, images), Inference.AssignClusters(trained, images));
    }

    private static Trainer EveryOptionTrainer(GenerativeModel model) =>
        new(
            model,
            new Adam(model.Parameters),
            new ConstantSchedule(1e-3f),
            EveryOption,
            FewDigits.Train,
            FewDigits.First(StepsPerEpoch * EveryOption.BatchSize),
            new Rng(1)
        );

    /// <summary>Products and some reductions are summed in another order, and ten steps enlarge the difference.</summary>
    private static void AssertNear(double expected, double actual) =>
        Assert.Equal(expected, actual, 1e-3 * (1 + Math.Abs(expected)));

    private static void AssertNear(float[] expected, float[] actual)
    {
        foreach (var (wanted, found) in expected.Zip(actual))
            AssertNear(wanted, found);
    }
}
