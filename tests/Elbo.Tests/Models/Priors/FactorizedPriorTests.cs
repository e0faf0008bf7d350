using CsCheck;
using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Models.Priors;

namespace Elbo.Tests.Models.Priors;

public sealed class FactorizedPriorTests : IDisposable
{
    private const int Dimensions = 3;

    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_divergence_of_no_dimension_is_negative_and_their_sum_is_that_of_training()
    {
        using var pause = _device.Tape.Pause();
        var priors = Priors();
        Assert.Contains("standard-normal", priors.Select(prior => prior.Name));
        Gen.Select(Gen.Float[-20, 20].Array[Dimensions], Gen.Float[1e-3f, 20].Array[Dimensions])
            .Sample(
                (mean, deviation) =>
                {
                    foreach (var (name, prior) in priors)
                    {
                        using var scope = _device.BeginStep();
                        var q = new DiagonalGaussian(
                            _device.Tensor(mean, [1, Dimensions]),
                            _device.Tensor(deviation, [1, Dimensions])
                        );
                        float[] terms = prior.DivergenceByDimension(q).ToArray();
                        // 0 up to the rounding of single precision where q is the prior.
                        Assert.All(terms, term => Assert.True(term >= -1e-6f, $"{name}: {term}"));
                        float whole = prior
                            .Divergence(_device.Zeros([1, 4]), q, q.Mean, Inference.Evaluation)
                            .Sum(term => term.Value.ToScalar());
                        Assert.Equal(whole, terms.Sum(), 1e-5f * (1 + whole));
                    }
                },
                iter: 300,
                threads: 1
            );
    }

    /// <summary>The priors of the catalog that have independent dimensions.</summary>
    private (string Name, IFactorizedPrior Prior)[] Priors() =>
        [
            .. PartCatalog
                .Prior.Choices.Select(name =>
                    (
                        name,
                        PartCatalog
                            .Prior.Choose(VaeOptions.WithLayers([4], [4], Dimensions), name)
                            .Create(new ImageShape(1, 2, 2), _device, new Rng(1))
                            .Prior
                    )
                )
                .Where(pair => pair.Prior is IFactorizedPrior)
                .Select(pair => (pair.name, (IFactorizedPrior)pair.Prior)),
        ];
}
