using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Models.Priors;
using Elbo.Nn;

namespace Elbo.Tests.Arguments;

/// <content>Models, their parts, and layers.</content>
public sealed partial class ArgumentChecksTests
{
    private static Row[] OfModels =>
        [
            Null("options", t => new GenerativeModel(null!, Shape, t._device, new Rng(0))),
            Null("device", _ => new GenerativeModel(Options, Shape, null!, new Rng(0))),
            Null("rng", t => new GenerativeModel(Options, Shape, t._device, null!)),
            Wrong("no shape", t => Options.Create(default, t._device, new Rng(0)), "0 channels of 0×0", "1 or more"),
            Wrong("x of another width", t => t.Model().Encode(t.Zeros(1, 5), Context), "x is (1, 5)", "(…, 4)"),
            Wrong("z of another width", t => t.Model().Decode(t.Zeros(1, 5), Context), "z is (1, 5)", "(…, 2)"),
            Null("q", t => t.Model().SampleCode(null!, Context)),
            Null("target", t => t.Model().Likelihood(null!, t.Zeros(1, 2), Context)),
            Wrong("images NaN", t => Inference.Encode(t.Model(), With(float.NaN)), "value 5 is NaN", "finite"),
            Wrong(
                "images infinite",
                t => Inference.Reconstruct(t.Model(), With(float.NegativeInfinity)),
                "value 5 is -Infinity",
                "finite"
            ),
            Wrong(
                "codes NaN",
                t => Inference.DecodeSampled(t.Model(), [float.NaN, 0], new Rng(0)),
                "value 0 is NaN",
                "finite"
            ),
            Wrong("half an image", t => Inference.Encode(t.Model(), new float[6]), "6 values", "rows of 4"),
            Wrong(
                "labels of another number",
                t => Inference.Encode(t.Model(), new float[8], new byte[3]),
                "3 labels",
                "2 rows"
            ),
            OutOfRange(
                "image that is not there",
                t => Inference.Encode(t.Model(), Images, [8]),
                "index is 8",
                "0 to 7"
            ),
            Null("model", _ => Inference.SamplePrior(null!, 1, new Rng(0))),
            OutOfRange("count negative", t => Inference.SamplePrior(t.Model(), -1, new Rng(0)), "'-1'"),
            OutOfRange(
                "count too large",
                t => Inference.SamplePrior(t.Model(), int.MaxValue, new Rng(0)),
                "2147483647",
                "in pieces"
            ),
            Null("model", _ => Inference.SampleCluster(null!, 0, 1, new Rng(0))),
            OutOfRange(
                "samples 0",
                t => ImportanceSampling.Estimate(t.Model(), Points, 0, new Rng(0)),
                "samples is 0",
                "from 1"
            ),
            OutOfRange(
                "samples that overflow",
                t => ImportanceSampling.Estimate(t.Model(), Points, int.MaxValue, new Rng(0)),
                "samples is 2147483647"
            ),
            Wrong(
                "images of the estimate NaN",
                t => ImportanceSampling.Estimate(t.Model(), With(float.NaN), 2, new Rng(0)),
                "value 5 is NaN"
            ),
            Wrong("codes of two lengths", _ => LatentPath.Between([1], [1, 2], 3), "1 and 2 dimensions"),
            Wrong("one step", _ => LatentPath.Between([1], [2], 1), "1 steps", "two ends"),
            Wrong("steps that overflow", _ => LatentPath.Between([1, 2], [2, 3], int.MaxValue), "2147483647 steps"),
            Wrong("end NaN", _ => LatentPath.Between([1], [float.NaN], 3), "value 0 is NaN", "finite"),
            OutOfRange(
                "undefined path",
                _ => LatentPath.Between([1], [2], 3, (LatentPathKind)99),
                "kind is 99",
                "Linear, Spherical"
            ),
            Wrong("few codes", _ => MixtureSampler.Fit(Points, 2, 8, new Rng(0)), "8 codes", "24 or more"),
            Wrong("code NaN", _ => MixtureSampler.Fit(With(float.NaN), 2, 2, new Rng(0)), "is NaN", "finite"),
            OutOfRange("no components", _ => MixtureSampler.Fit(Points, 2, 0, new Rng(0)), "'0'"),
            OutOfRange(
                "samples of the mixture negative",
                _ => MixtureSampler.Fit(Points, 2, 2, new Rng(0)).Sample(-1, new Rng(0)),
                "'-1'"
            ),
            OutOfRange(
                "samples of the mixture that overflow",
                _ => MixtureSampler.Fit(Points, 2, 2, new Rng(0)).Sample(int.MaxValue, new Rng(0)),
                "2147483647"
            ),
            Wrong("weights that are not 1 together", _ => new MixtureSampler([0.5], [0, 0], [1, 0, 0, 1]), "sum 1"),
            Null("name", _ => ModelCatalog.Get(null!)),
            Wrong("unknown model", _ => ModelCatalog.Get("vea"), "'vea'", "Did you mean vae?"),
            Null("model", t => ModelFile.Save(null!, t._folder.File("x"))),
            Null("path", t => ModelFile.Save(t.Model(), null!)),
            OutOfRange(
                "undefined half",
                t => ModelFile.Save(t.Model(), (ModelHalf)99, t._folder.File("x")),
                "half is 99",
                "Encoder, Decoder"
            ),
            Null("path", t => ModelFile.Open(null!, t._device)),
            Null("device", t => ModelFile.Open(t._folder.File("x"), null!)),
            Null("path", t => ModelFile.Load(t.Model(), null!)),
            Wrong(
                "parameters of another number",
                t => new LikelihoodOptions().Of([t.Zeros(1), t.Zeros(1)]),
                "2 tensors",
                "needs 1"
            ),
            Null("parameters", _ => new LikelihoodOptions().Of(null!)),
            Null("joint", _ => new LikelihoodOptions().Split(null!)),
            Null("logits", _ => new BernoulliLikelihood(null!)),
            Null("mean", _ => new FixedVarianceLikelihood(null!, 1)),
            OutOfRange("variance 0", t => new FixedVarianceLikelihood(t.Zeros(1), 0), "variance is 0", "above 0"),
            OutOfRange(
                "variance NaN",
                t => new SharedVarianceLikelihood(t.Zeros(1), float.NaN),
                "variance is NaN",
                "above 0"
            ),
            Null("deviation", t => new GaussianLikelihood(t.Zeros(1), null!)),
            Null("Mean", t => new DiagonalGaussian(null!, t.Zeros(1))),
            OutOfRange("no dimensions", t => DiagonalGaussian.Standard(t._device, 0), "'0'"),
            Null("model", t => new EvidenceLowerBound().ComputeLoss(null!, t.Zeros(1, 4), t.Zeros(1, 4), Context)),
            Null("model", t => new FreeBits().ComputeLoss(null!, t.Zeros(1, 4), t.Zeros(1, 4), Context)),
            Null("model", t => new ImportanceWeighted().ComputeLoss(null!, t.Zeros(1, 4), t.Zeros(1, 4), Context)),
            Wrong("no divergence", t => LossTerms.FromBound(t.Zeros(), [], 1), "no terms", "at least one"),
            Null("likelihood", _ => new DenseOptions().CreateDecoder("decoder", 2, Shape, null!)),
            Null("likelihood", _ => new PlainOptions().CreateDecoder("decoder", 2, new(1, 8, 8), null!)),
            Null("encoder", t => new VampOptions().Create(null!, new DenseOptions(), Shape, 2, t._device)),
        ];

    private static Row[] OfLayers =>
        [
            Null("name", _ => new Linear(null!, 2, 3, Initializers.Zeros)),
            Null("initializer", _ => new Linear("l", 2, 3, null!)),
            OutOfRange("no inputs", _ => new Linear("l", 0, 3, Initializers.Zeros), "'0'"),
            OutOfRange("outputs negative", _ => new Linear("l", 2, -3, Initializers.Zeros), "'-3'"),
            Wrong(
                "too many weights",
                _ => new Linear("l", 65_536, 65_536, Initializers.Zeros),
                "65536 × 65536",
                "narrower"
            ),
            OutOfRange(
                "undefined activation",
                _ => new Linear("l", 2, 3, Initializers.Zeros, (Activation)99),
                "activation is 99",
                "Relu"
            ),
            Null("widths", _ => new Mlp("m", 2, null!, [], 0, Initializers.Zeros)),
            Null("activations", _ => new Mlp("m", 2, [], null!, 0, Initializers.Zeros)),
            Wrong(
                "activations of another number",
                _ => new Mlp("m", 2, [3], [], 0, Initializers.Zeros),
                "1 layers",
                "0 activations"
            ),
            OutOfRange("dropout 1", _ => new Mlp("m", 2, [], [], 1, Initializers.Zeros), "dropout is 1", "[0, 1)"),
            OutOfRange("dropout NaN", _ => new Mlp("m", 2, [], [], float.NaN, Initializers.Zeros), "dropout is NaN"),
            OutOfRange("no channels", _ => new BatchNorm("b", 0), "'0'"),
            OutOfRange(
                "undefined activation of batch norm",
                _ => new BatchNorm("b", 2, (Activation)99),
                "activation is 99"
            ),
            Null("options", _ => new Conv2d("c", 1, 1, 3, null!, Initializers.Zeros)),
            Null("initializer", _ => new ConvTranspose2d("c", 1, 1, 3, new(), null!)),
            OutOfRange(
                "undefined activation of a convolution",
                _ => new Conv2d("c", 1, 1, 3, new(), Initializers.Zeros, (Activation)99),
                "activation is 99"
            ),
            OutOfRange("crop to nothing", _ => new Crop(0, 1), "'0'"),
            Null("layers", _ => new Sequential(null!)),
            Wrong("layer null", _ => new Sequential([null!]), "entry 0 of layers"),
            Null("initializer", _ => new Parameter("p", [1], null!)),
            Null("name", _ => new BufferTensor(null!, [1], 0)),
            Wrong("parameter null", t => new ParameterSet([null!], t._device, new Rng(0)), "entry 0 of parameters"),
            Wrong("two parameters of one name", t => new ParameterSet([P(), P()], t._device, new Rng(0)), "'p'"),
            Wrong("fans of an empty weight", _ => Fans.Of([0]), "(0)", "(out, in)"),
            Wrong("undefined initialisation", _ => Initializers.Of((Initialization)99), "99"),
            Null("network", _ => new Encoder(null!, null!)),
        ];

    private static ForwardContext Context => new(new Rng(0), Training: false);

    private static Parameter P() => new("p", [1], Initializers.Zeros);
}
