using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Nn;

namespace Elbo.Tests.Models.Objectives;

public sealed class ImportanceWeightedTests : IDisposable
{
    private static readonly ImageShape Shape = new(1, 4, 6);

    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    public static TheoryData<ImportanceWeighted> Differentiable =>
        [
            new() { Samples = 1 },
            new() { Samples = 4 },
            new()
            {
                Samples = 6,
                Bound = ImportanceBound.Miwae,
                Groups = 2,
            },
            new()
            {
                Samples = 3,
                Bound = ImportanceBound.Ciwae,
                ElboWeight = 0.3f,
            },
        ];

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Gradients_of_the_loss_are_those_of_finite_differences(ImportanceWeighted objective)
    {
        var model = Create(objective);
        var gradients = Gradients(model);
        const float Step = 1e-2f;
        foreach (var (name, gradient) in gradients)
            for (int i = 0; i < gradient.Length; i += Math.Max(1, gradient.Length / 7))
            {
                float before = Find(model, name)[i];
                double Shifted(float step)
                {
                    Find(model, name)[i] = before + step;
                    return Loss(model);
                }
                double difference = (Shifted(Step) - Shifted(-Step)) / (2 * Step);
                Find(model, name)[i] = before;
                // Losses of about 20 nats have rounding errors of 2e-6, a hundred times that after the division; the
                // rest is the third derivative times the step squared.
                Assert.True(
                    Math.Abs(difference - gradient[i]) < 1e-3 + (3e-3 * Math.Abs(difference)),
                    $"{name}[{i}]: the gradient is {gradient[i]}, the difference {difference}"
                );
            }
    }

    [Fact]
    public void Piwae_trains_the_decoder_as_iwae_and_the_encoder_as_miwae()
    {
        var (iwae, miwae, piwae) = (Of(ImportanceBound.Iwae), Of(ImportanceBound.Miwae), Of(ImportanceBound.Piwae));
        Assert.Equal(iwae.Loss, piwae.Loss);
        Assert.NotEqual(iwae.Loss, miwae.Loss);
        foreach (var (name, gradient) in piwae.Gradients)
        {
            bool decoder = name.StartsWith("decoder", StringComparison.Ordinal);
            var (same, other) = decoder ? (iwae, miwae) : (miwae, iwae);
            // Relative to the largest gradient: scaled and unscaled products round differently.
            double tolerance = 1e-5 * gradient.Max(Math.Abs);
            Assert.All(gradient.Zip(same.Gradients[name]), pair => Assert.Equal(pair.Second, pair.First, tolerance));
            Assert.NotEqual(other.Gradients[name], gradient);
        }

        (double Loss, Dictionary<string, float[]> Gradients) Of(ImportanceBound bound)
        {
            var model = Create(
                new ImportanceWeighted
                {
                    Samples = 8,
                    Bound = bound,
                    Groups = bound == ImportanceBound.Iwae ? 1 : 4,
                }
            );
            return (Loss(model), Gradients(model));
        }
    }

    [Fact]
    public void One_sample_is_the_sampled_elbo_and_more_samples_tighten_the_bound()
    {
        double Mean(IObjective objective)
        {
            var model = Create(objective);
            return Enumerable.Range(0, 300).Average(i => Loss(model, (ulong)i));
        }

        double bound = Mean(new EvidenceLowerBound()),
            one = Mean(new ImportanceWeighted { Samples = 1 }),
            five = Mean(new ImportanceWeighted { Samples = 5 }),
            fifty = Mean(new ImportanceWeighted { Samples = 50 });
        // Three standard errors of 300 batches of 10 images whose log weights vary by about one nat.
        Assert.Equal(bound, one, 0.06);
        Assert.True(one > five + 0.1 && five > fifty + 0.05, $"{one}, {five}, {fifty}");
    }

    [Fact]
    public void Evaluation_gives_the_evidence_lower_bound()
    {
        var (weighted, elbo) = (Create(new ImportanceWeighted()), Create(new EvidenceLowerBound()));
        Assert.Equal(Loss(elbo, training: false), Loss(weighted, training: false));
    }

    [Fact]
    public void A_far_sample_does_not_overflow_the_scaled_gradient()
    {
        var model = Create(
            new ImportanceWeighted
            {
                Samples = 2,
                Bound = ImportanceBound.Piwae,
                Groups = 2,
            },
            // A variance so small that the weights of two samples differ by hundreds of nats.
            new LikelihoodOptions { Decoder = DecoderKind.Gaussian, Variance = 1e-4f }
        );
        Assert.All(Gradients(model).Values, gradient => Assert.All(gradient, g => Assert.True(float.IsFinite(g))));
    }

    [Theory]
    [InlineData(
        """{ "importance-samples": 5, "importance-groups": 2 }""",
        "importance-groups is 2; the bound iwae has no groups. Choose --importance-bound miwae or piwae."
    )]
    [InlineData(
        """{ "importance-samples": 5, "importance-groups": 2, "importance-bound": "miwae" }""",
        "importance-groups is 2; it must divide the 5 samples."
    )]
    [InlineData(
        """{ "importance-samples": 5, "elbo-weight": 0.2 }""",
        "elbo-weight is 0.2; the bound iwae has no such weight. Choose --importance-bound ciwae."
    )]
    [InlineData(
        """{ "importance-samples": 5, "prior": "mixture" }""",
        "the objective iwae does not train the prior mixture, whose p(y|w, z) is not part of its bound; choose another "
            + "--prior or --objective elbo."
    )]
    public void Settings_that_do_not_fit_are_refused(string options, string message) =>
        Assert.Equal(
            message,
            Assert
                .Throws<ArgumentException>(() =>
                    ModelCatalog.Get("vae").Read(System.Text.Json.Nodes.JsonNode.Parse(options)!.AsObject()).Validate()
                )
                .Message
        );

    private GenerativeModel Create(IObjective objective, LikelihoodOptions? likelihood = null) =>
        new ModelOptions
        {
            LatentDim = 3,
            Network = DenseOptions.WithLayers([5], [5], Activation.Tanh),
            Objective = objective,
            Likelihood = likelihood ?? new LikelihoodOptions(),
        }.Create(Shape, _device, new Rng(1));

    private LossTerms Terms(GenerativeModel model, ulong seed, bool training)
    {
        float[] pixels = new float[10 * Shape.PixelCount];
        var rng = new Rng(2);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = rng.NextSingle();
        var x = _device.Tensor(pixels, [10, Shape.PixelCount]);
        return model.Objective.ComputeLoss(model, x, x, new ForwardContext(new Rng(seed), training));
    }

    private double Loss(GenerativeModel model, ulong seed = 3, bool training = true)
    {
        using var pause = _device.Tape.Pause();
        using var scope = _device.BeginStep();
        return Terms(model, seed, training).Loss.ToScalar();
    }

    private Dictionary<string, float[]> Gradients(GenerativeModel model)
    {
        using var scope = _device.BeginStep();
        var terms = Terms(model, 3, training: true);
        model.Parameters.ClearGradients();
        _device.Tape.Backward(terms.Loss);
        return model.Parameters.All.ToDictionary(p => p.Name, p => p.Value.Gradient!.ToArray());
    }

    private static Span<float> Find(GenerativeModel model, string name) =>
        model.Parameters.All.Single(p => p.Name == name).Value.AsSpan();
}
