using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Arguments;

/// <content>Training.</content>
public sealed partial class ArgumentChecksTests
{
    private static Row[] OfTraining =>
        [
            Null("model", t => t.Train(model: null!)),
            Null("options", t => t.Train(t.Model(), options: null!)),
            Null("images", t => t.Train(t.Model(), new(), images: null!)),
            Null("indices", t => t.Train(t.Model(), new(), Images, indices: null!)),
            Wrong("no images", t => t.Train(t.Model(), new(), Images, []), "no images"),
            OutOfRange(
                "image that is not there",
                t => t.Train(t.Model(), new(), Images, [0, 8]),
                "index is 8",
                "0 to 7"
            ),
            Wrong(
                "images of another shape",
                t => t.Train(t.Model(), new(), new ImageDataset("big", new(1, 3, 3), new byte[9]), [0]),
                "big are 3×3",
                "2×2"
            ),
            Wrong(
                "undefined noise",
                t => t.Train(t.Model(), new() { Noise = (NoiseKind)99 }),
                "noise is 99",
                "none, gaussian"
            ),
            Null("rng", t => BoundEvaluator.Evaluate(t.Model(), Images, [0], "test", new(), null!)),
            Null("split", t => BoundEvaluator.Evaluate(t.Model(), Images, [0], null!, new(), new Rng(0))),
            Wrong(
                "no images to evaluate",
                t => BoundEvaluator.Evaluate(t.Model(), Images, [], "test", new(), new Rng(0)),
                "test",
                "no images"
            ),
            OutOfRange(
                "image that is not evaluated",
                t => BoundEvaluator.Evaluate(t.Model(), Images, [-1], "test", new(), new Rng(0)),
                "index is -1"
            ),
            Null("model", _ => ClusteringEvaluator.Evaluate(null!, Images, [0], new(), new Rng(0))),
            Wrong(
                "clusters of a model without",
                t => ClusteringEvaluator.Assign(t.Model(), Images, [0], new(), new Rng(0)),
                "no clusters"
            ),
            OutOfRange(
                "undefined noise of a tensor",
                t => InputNoise.Apply(t.Zeros(2), (NoiseKind)99, 0, new Rng(0)),
                "kind is 99",
                "Gaussian"
            ),
            OutOfRange(
                "noise NaN",
                t => InputNoise.Apply(t.Zeros(2), NoiseKind.Gaussian, float.NaN, new Rng(0)),
                "factor is NaN",
                "0 or more"
            ),
            OutOfRange(
                "more than all pixels",
                t => InputNoise.Apply(t.Zeros(2), NoiseKind.SaltPepper, 1.5f, new Rng(0)),
                "factor is 1.5",
                "at most 1"
            ),
            Null("rng", t => InputNoise.Apply(t.Zeros(2), NoiseKind.Gaussian, 1, null!)),
            OutOfRange(
                "undefined binarisation",
                t => InputNoise.Binarize(t.Zeros(2), (Binarization)99, new Rng(0)),
                "binarization is 99",
                "Threshold"
            ),
            Wrong(
                "undefined augmentation",
                t => ImageAugmentation.Apply(t.Zeros(1, 4), Shape, (Augmentations)99, new Rng(0)),
                "augment is 99",
                "flip"
            ),
            Wrong(
                "augmentation of another shape",
                t => ImageAugmentation.Apply(t.Zeros(1, 5), Shape, Augmentations.Flip, new Rng(0)),
                "(1, 5)",
                "(N, 4)"
            ),
            Wrong("norm 0", t => GradientClipping.ByNorm(t.Zeros(2), 0), "largestNorm is 0", "above 0"),
            Wrong("bound NaN", t => GradientClipping.ByValue(t.Zeros(2), float.NaN), "largest is NaN", "above 0"),
            Null("parameters", _ => new Adam(null!)),
            Wrong(
                "beta 1",
                t => new Adam(t.Model().Parameters, new AdamOptions { Beta1 = 1 }),
                "Beta1 is 1",
                "below 1"
            ),
            Wrong(
                "epsilon NaN",
                t => new RmsProp(t.Model().Parameters, new RmsPropOptions { Epsilon = float.NaN }),
                "Epsilon is NaN",
                "above 0"
            ),
            OutOfRange("rate NaN", t => new Sgd(t.Model().Parameters).Step(float.NaN), "finite number, 0 or more"),
            OutOfRange("steps negative", t => new Adamax(t.Model().Parameters).RestoreSteps(-1), "'-1'"),
            Wrong("unknown optimiser", _ => OptimizerCatalog.Get("adm"), "'adm'", "Did you mean adam?"),
            Null("name", _ => OptimizerCatalog.Get(null!)),
            Wrong("unknown schedule", _ => ScheduleCatalog.Get("stpe"), "'stpe'", "Did you mean step?"),
            Null("settings", _ => ScheduleCatalog.Get("step").Create(0.1f, 3, null!)),
            OutOfRange("schedule without epochs", _ => ScheduleCatalog.Get("step").Create(0.1f, 0, new()), "'0'"),
            Wrong("rate 0", _ => new ConstantSchedule(0), "initialRate is 0", "above 0"),
            Wrong("rate infinite", _ => new ExponentialSchedule(float.PositiveInfinity), "above 0"),
            Wrong(
                "patience 0",
                _ => new EarlyStopping(new EarlyStoppingOptions { Patience = 0 }),
                "Patience is 0",
                "1 or more"
            ),
            Null("optimizer", _ => Checkpoint.Of(null!, new TrainingState())),
            Null("json", _ => TrainingState.FromJson(null!)),
        ];

    private void Train(GenerativeModel model, TrainerOptions options, ImageDataset images, int[] indices) =>
        _ = new Trainer(
            model,
            new Sgd(Model().Parameters),
            new ConstantSchedule(0.1f),
            options,
            images,
            indices,
            new Rng(0)
        );

    private void Train(GenerativeModel model, TrainerOptions options, ImageDataset images) =>
        Train(model, options, images, [0]);

    private void Train(GenerativeModel model, TrainerOptions options) => Train(model, options, Images);

    private void Train(GenerativeModel model) => Train(model, new TrainerOptions());
}
