using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Models.Objectives;
using Elbo.Models.Priors;
using Elbo.Nn;
using Elbo.Tests.Training;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Runs;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Models;

public class GmvaeTests
{
    private const int Clusters = 4;

    private static readonly MixtureOptions Mixture = new() { Clusters = Clusters, PretrainEpochs = 0 };

    private static readonly ForwardContext Evaluation = new(new Rng(1), Training: false);

    private static readonly ForwardContext Training = new(new Rng(1), Training: true);

    [Fact]
    [Trait("Category", "Reference")]
    public void Loss_terms_and_every_gradient_match_the_reference()
    {
        using var golden = Golden.Open("models");
        using var device = new Device();
        var model = Create(
            Mixture with
            {
                PriorHidden = [16],
                ClusterPosterior = ClusterPosterior.Network,
                MinPriorVariance = 0,
            },
            device,
            new ImageShape(1, 4, 6),
            new LikelihoodOptions
            {
                Decoder = DecoderKind.Gaussian,
                Variance = 0.05f,
                SampleReconstruction = true,
            }
        );
        foreach (var parameter in model.Parameters.All)
            Reference(golden, parameter.Name, "").CopyTo(parameter.Value.AsSpan());

        using var scope = device.BeginStep();
        Tensor Given(string name) => golden.ReadTensor(device, $"gmvae/{name}");

        var x = Given("x");
        var z = model.Encode(x, Training).Sample(Given("eps_z"));
        Golden.AssertNear(golden.ReadFloats("gmvae/z").Values, z.AsSpan());
        var terms = Loss(model, x, Given("eps_z"), Given("eps_w"), Given("eps_x"), Training);
        string[] names = ["reconstruction", "conditional_prior", "kl_w", "kl_y"];
        for (int i = 0; i < names.Length; i++)
            Golden.AssertNear(golden.ReadFloats($"gmvae/{names[i]}").Values, terms.Terms[i].Value.AsSpan());
        Golden.AssertNear(golden.ReadFloats("gmvae/loss").Values, terms.Loss.AsSpan());

        model.Parameters.ClearGradients();
        device.Tape.Backward(terms.Loss);
        foreach (var parameter in model.Parameters.All)
            Golden.AssertNear(Reference(golden, parameter.Name, "grad_"), parameter.Value.Gradient!.AsSpan());
    }

    [Fact]
    public void Given_the_clusters_by_Bayes_rule_the_loss_is_the_density_of_their_mixture()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = Create(Mixture, device);
        using var scope = device.BeginStep();
        var x = device.Images(FewDigits.Train.Pixels.Span, FewDigits.First(8), 784);
        var terms = Loss(model, x, Noise(device, [8, 3], 1), Noise(device, [8, 2], 2), null, Evaluation)
            .Terms.ToDictionary(t => t.Name, t => t.Value.ToScalar());
        // Σ p (log p − log p(z|w, y)) + log K = −log Σ p(z|w, y)/K where p is the posterior; Jensen's inequality makes
        // any other p worse.
        var other = Create(Mixture with { ClusterPosterior = ClusterPosterior.Network }, device);
        var worse = Loss(other, x, Noise(device, [8, 3], 1), Noise(device, [8, 2], 2), null, Evaluation)
            .Terms.ToDictionary(t => t.Name, t => t.Value.ToScalar());
        Assert.Equal(terms["reconstruction"], worse["reconstruction"], 1e-3);
        Assert.Equal(terms["kl-w"], worse["kl-w"], 1e-4);
        Assert.InRange(terms["kl-z"] + terms["kl-y"], float.MinValue, worse["kl-z"] + worse["kl-y"] - 1e-3f);
    }

    [Fact]
    public void Probabilities_of_clusters_sum_to_1_and_samples_come_from_the_cluster_asked_for()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = Create(Mixture with { MinPriorVariance = 1e-4f }, device);
        // Narrow clusters, far apart on the first axis, whatever w is.
        foreach (
            var parameter in model.Parameters.All.Where(p =>
                p.Name.StartsWith("decoder.prior.", StringComparison.Ordinal)
            )
        )
            parameter.Value.AsSpan().Clear();
        var means = Find(model, "decoder.prior.mean.bias").AsSpan();
        for (int k = 0; k < Clusters; k++)
            means[k * 3] = 10 * k;
        Find(model, "decoder.prior.variance.bias").AsSpan().Fill(-20);
        for (int k = 0; k < Clusters; k++)
        {
            float[] codes = Inference.SampleCluster(model, k, 5, new Rng(2));
            Assert.Equal(15, codes.Length);
            for (int i = 0; i < 5; i++)
                Assert.Equal(10 * k, codes[3 * i], 0.1);
        }
        float[] prior = Inference.SamplePrior(model, 400, new Rng(3));
        for (int k = 0; k < Clusters; k++)
            Assert.InRange(Enumerable.Range(0, 400).Count(i => MathF.Abs(prior[3 * i] - 10 * k) < 1), 60, 140);
        float[] probabilities = Inference.ClusterProbabilities(model, FewDigits.Test.ToIntensities(FewDigits.First(6)));
        Assert.Equal(6 * Clusters, probabilities.Length);
        for (int i = 0; i < 6; i++)
            Assert.Equal(1, probabilities.AsSpan(i * Clusters, Clusters).ToArray().Sum(), 1e-5);
        Assert.StartsWith(
            "clusters are counted from 0 to 3.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Inference.SampleCluster(model, 4, 1, new Rng(1))).Message
        );
        Assert.Equal(
            "the prior is standard-normal, which has no clusters. (Parameter 'model')",
            Assert
                .Throws<ArgumentException>(() =>
                    Inference.ClusterProbabilities(
                        new GenerativeModel(new VaeOptions(), FewDigits.Train.Shape, device, new Rng(1)),
                        []
                    )
                )
                .Message
        );
    }

    [Fact]
    public void Free_information_costs_nothing_in_training_and_is_counted_in_evaluation()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        float KlY(float free, ForwardContext context)
        {
            var model = Create(Mixture with { ClusterFreeBits = free }, device);
            using var scope = device.BeginStep();
            var x = device.Images(FewDigits.Train.Pixels.Span, FewDigits.First(8), 784);
            return Loss(model, x, Noise(device, [8, 3], 1), Noise(device, [8, 2], 2), null, context)
                .Terms[3]
                .Value.ToScalar();
        }

        float own = KlY(0, Training);
        Assert.InRange(own, 1e-4f, MathF.Log(Clusters));
        Assert.Equal(own + 0.5f, KlY(own + 0.5f, Training));
        Assert.Equal(own, KlY(own + 0.5f, Evaluation));
        Assert.Equal(own, KlY(own / 2, Training));
    }

    [Fact]
    public void Training_in_stages_fits_a_mixture_and_goes_on_from_anywhere_to_the_same_bits()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        Trainer Begin(out GenerativeModel model)
        {
            model = Create(Mixture with { PretrainEpochs = 2, MixtureEpochs = 1 }, device);
            return new Trainer(
                model,
                new Sgd(model.Parameters),
                new ConstantSchedule(1e-5f),
                new TrainerOptions { BatchSize = 52 },
                FewDigits.Train,
                FewDigits.First(260),
                new Rng(5)
            );
        }

        var whole = Begin(out var trained);
        float[] Guide() => Find(trained, "encoder.guide.mean").ToArray();
        whole.RunEpoch();
        Assert.Equal(0, whole.RunEpoch()!.Terms.First(t => t.Name == "kl-y").Value);
        Assert.All(Guide(), mean => Assert.Equal(0, mean));
        // Cancelled before the mixture is fitted, the epoch begins again later.
        Assert.Null(whole.RunEpoch(cancellation: new CancellationToken(canceled: true)));
        Assert.All(Guide(), mean => Assert.Equal(0, mean));
        whole.RunEpoch();
        float[] fitted = Guide();
        Assert.Contains(fitted, mean => mean != 0);
        whole.RunEpoch();
        Bits.AssertEqual(fitted, Guide());
        float[] end = Resumption.Tensors(trained);

        // Stopped after every epoch, and in the midst of the one that the mixture guides.
        foreach (int steps in (int[])[1, 5, 10, 11, 13, 15])
            Resumption.AssertEnds(end, Begin, steps, epochs: 4);
    }

    [Theory]
    [InlineData(0, 3, 1)]
    [InlineData(4, 0, 5)]
    [InlineData(4, 2, 7)]
    public void Training_needs_as_many_epochs_as_its_stages_and_one(int pretrain, int guide, int least)
    {
        var options = new GmvaeOptions
        {
            Prior = new MixtureOptions { PretrainEpochs = pretrain, MixtureEpochs = guide },
        };
        Assert.Equal(least, options.LeastEpochs);
        new RunConfig { Epochs = least }.RequireFor(options, images: 100);
        if (least > 1)
            Assert.StartsWith(
                $"epochs is {least - 1}; it must be {least} or more",
                Assert
                    .Throws<ArgumentException>(() => new RunConfig { Epochs = least - 1 }.RequireFor(options, 100))
                    .Message
            );
    }

    [Theory]
    [InlineData(26, 10, 15)]
    [InlineData(25, 9, 14)]
    [InlineData(13, 5, 7)]
    [InlineData(5, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 0, 0)]
    public void Stages_shrink_in_proportion_to_the_epochs(int epochs, int pretrain, int mixture)
    {
        var config = new RunConfig { ModelOptions = new GmvaeOptions(), Epochs = epochs };
        var shorter = config.ShortenStages(out string? note);
        var prior = Assert.IsType<MixtureOptions>(shorter.ModelOptions.Prior);
        Assert.Equal((pretrain, mixture), (prior.PretrainEpochs, prior.MixtureEpochs));
        shorter.RequireFor(shorter.ModelOptions, images: 100);
        if (epochs == 26)
            Assert.Null(note);
        else
            Assert.EndsWith(
                $"too few for the stages of gmvae, which take 26 or more; shortened to pretrain-epochs {pretrain} and "
                    + $"mixture-epochs {mixture}.",
                note!
            );
    }

    [Fact]
    public void There_are_no_more_clusters_than_training_images() =>
        Assert.Equal(
            "clusters is 10; it must be at most 9, the number of training images.",
            Assert
                .Throws<ArgumentException>(() => new RunConfig { Epochs = 30 }.RequireFor(new GmvaeOptions(), 9))
                .Message
        );

    /// <summary>A small model with that prior, for the drawn digits unless told otherwise.</summary>
    private static GenerativeModel Create(
        MixtureOptions prior,
        Device device,
        ImageShape? images = null,
        LikelihoodOptions? likelihood = null
    )
    {
        var options = GmvaeOptions.WithLayers(16) with { LatentDim = 3, Prior = prior };
        if (likelihood is not null)
            options = options with { Likelihood = likelihood };
        return options.Create(images ?? FewDigits.Train.Shape, device, new Rng(1));
    }

    /// <summary>
    /// The loss of the objective at given noise of z and w, (N, Z) and (N, W), and of the pixels, (N, D), where the
    /// reconstruction is noisy.
    /// </summary>
    private static LossTerms Loss(
        GenerativeModel model,
        Tensor x,
        Tensor zNoise,
        Tensor wNoise,
        Tensor? pixelNoise,
        ForwardContext context
    )
    {
        var prior = Assert.IsType<MixturePrior>(model.Prior);
        var (qz, qw) = (model.Encode(x, context), prior.Style(x, context));
        var z = qz.Sample(zNoise);
        var divergence = prior.Divergence(qz, z, qw, qw.Sample(wNoise), context);
        var p = model.Decode(z, context);
        var reconstruction = pixelNoise is null
            ? p.NegativeLogProb(x)
            : model.Options.Likelihood.NegativeLogProb(p, x, pixelNoise);
        return LossTerms.FromBound(Ops.Mean(reconstruction), divergence, context.KlWeight);
    }

    private static Tensor Find(GenerativeModel model, string name) => model.Tensors.Single(t => t.Name == name).Value;

    private static Tensor Noise(Device device, Shape shape, ulong seed) =>
        Ops.RandomNormal(device, shape, new Rng(seed));

    /// <summary>
    /// The value of the reference that one of our parameters corresponds to; those of the clusters' heads stand one
    /// after the other.
    /// </summary>
    private static float[] Reference(SafetensorsReader golden, string parameter, string prefix)
    {
        string kind = parameter[(parameter.LastIndexOf('.') + 1)..],
            layer = parameter[..parameter.LastIndexOf('.')];
        string Name(string name) => $"gmvae/{prefix}{name}.{kind}";
        return layer switch
        {
            "decoder.prior.mean" =>
            [
                .. Enumerable
                    .Range(0, Clusters)
                    .SelectMany(k => golden.ReadFloats(Name($"pz_mean{k}")).Values.ToArray()),
            ],
            "decoder.prior.variance" =>
            [
                .. Enumerable
                    .Range(0, Clusters)
                    .SelectMany(k => golden.ReadFloats(Name($"pz_var{k}")).Values.ToArray()),
            ],
            _ => golden
                .ReadFloats(
                    Name(
                        layer switch
                        {
                            "encoder.code.mean.hidden.0" => "qz1",
                            "encoder.code.mean" => "qz_mean",
                            "encoder.code.variance.hidden.0" => "qz_var1",
                            "encoder.code.variance" => "qz_var",
                            "encoder.style.mean.hidden.0" => "qw1",
                            "encoder.style.mean" => "qw_mean",
                            "encoder.style.variance.hidden.0" => "qw_var1",
                            "encoder.style.variance" => "qw_var",
                            "encoder.cluster.hidden.0" => "py1",
                            "encoder.cluster" => "py",
                            "decoder.prior.hidden.0" => "pz1",
                            "decoder.image.hidden.0" => "px1",
                            "decoder.image.output" => "px",
                            _ => throw new ArgumentException($"{parameter} has no counterpart in the reference."),
                        }
                    )
                )
                .Values.ToArray(),
        };
    }
}
