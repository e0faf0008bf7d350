using Elbo.Data;
using Elbo.Data.Digits;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Models.Priors;
using Elbo.Nn;
using Elbo.Tests.Data;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Models;

public sealed class ClassConditionTests : IDisposable
{
    private static readonly ImageShape Shape = new(1, 8, 8);

    /// <summary>The classes of the images in <see cref="Images"/>.</summary>
    private static readonly byte[] Labels = [0, 2, 1, 2, 0, 1];

    private static readonly Dictionary<string, ModelOptions> Models = new()
    {
        ["dense"] = new VaeOptions { Network = DenseOptions.WithLayers([5], [5], Activation.Tanh) },
        ["dense, separate"] = new VaeOptions
        {
            Network = DenseOptions.WithLayers([5], [5], Activation.Tanh) with
            {
                EncoderNetworks = EncoderNetworks.Separate,
            },
            Objective = new FreeBits { Nats = 0.01f },
        },
        ["dense, importance samples"] = new VaeOptions
        {
            Network = DenseOptions.WithLayers([5], [5], Activation.Tanh),
            Objective = new ImportanceWeighted { Samples = 3 },
        },
        ["dense, VampPrior"] = new VaeOptions
        {
            Network = DenseOptions.WithLayers([5], [5], Activation.Tanh),
            Prior = new VampOptions { PseudoInputs = 4 },
        },
        ["dense, hierarchical"] = new VaeOptions
        {
            Network = DenseOptions.WithLayers([5], [5], Activation.Tanh),
            Prior = new HierarchicalOptions { TopDim = 2 },
        },
        ["dcgan"] = new VaeOptions { Network = new DcganOptions { Channels = [3] } },
        ["plain"] = new VaeOptions { Network = new PlainOptions { Dense = 6 } },
    };

    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public static TheoryData<string> Names => [.. Models.Keys];

    public void Dispose() => _device.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_of_the_weights_of_classes_are_those_of_finite_differences(string name)
    {
        var model = Create(name);
        var plain = (Models[name] with { Condition = null, LatentDim = 3 }).Create(Shape, _device, new Rng(1));
        // The parameters that grew by the classes, and those of pseudo-inputs.
        Parameter[] grown =
        [
            .. model.Parameters.All.Where(p => plain.Parameters.All.All(o => (o.Name, o.Shape) != (p.Name, p.Shape))),
        ];
        Assert.Contains(grown, p => p.Name.StartsWith("encoder.", StringComparison.Ordinal));
        Assert.Contains(grown, p => p.Name.StartsWith("decoder.", StringComparison.Ordinal));
        float[][] gradients;
        using (_device.BeginStep())
        {
            var loss = Loss(model);
            model.Parameters.ClearGradients();
            _device.Tape.Backward(loss);
            gradients = [.. grown.Select(p => p.Value.Gradient!.ToArray())];
        }
        const float Step = 1e-2f;
        double here = Value(model);
        foreach (var (parameter, gradient) in grown.Zip(gradients))
        {
            int columns = parameter.Shape[-1];
            // The last columns are those of the classes.
            for (int i = columns - 3; i < gradient.Length; i += columns + 1)
            {
                float before = parameter.Value.AsSpan()[i];
                parameter.Value.AsSpan()[i] = before + Step;
                double right = (Value(model) - here) / Step;
                parameter.Value.AsSpan()[i] = before - Step;
                double left = (here - Value(model)) / Step;
                parameter.Value.AsSpan()[i] = before;
                // Losses of about 50 nats have rounding errors of 4e-6, 400 times that after the division. The slopes
                // differ by the curvature, and at a bend of ReLU.
                Assert.InRange(
                    gradient[i],
                    Math.Min(left, right) - 2e-3 - (2e-2 * Math.Abs(left)),
                    Math.Max(left, right) + 2e-3 + (2e-2 * Math.Abs(right))
                );
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Labels_of_images_give_the_bits_of_the_model_given_each_class(string name)
    {
        var model = Create(name);
        float[] images = Images().ToArray(),
            codes = Inference.Encode(model, images, Labels),
            decoded = Inference.Decode(model, codes, Labels);
        var estimates = ImportanceSampling.Estimate(model, images, 5, new Rng(2), Labels);
        for (int i = 0; i < Labels.Length; i++)
        {
            var given = model.Given(Labels[i]);
            int pixels = Shape.PixelCount;
            float[] code = Inference.Encode(given, images)[(i * 3)..((i + 1) * 3)];
            Bits.AssertEqual(codes.AsSpan(i * 3, 3), code);
            Bits.AssertEqual(
                decoded.AsSpan(i * pixels, pixels),
                Inference.Decode(given, codes).AsSpan(i * pixels, pixels)
            );
            // Rows of a product may be summed in another order when there are fewer of them.
            Assert.Equal(
                ImportanceSampling.Estimate(given, images, 5, new Rng(2))[i].LogLikelihood,
                estimates[i].LogLikelihood,
                1e-4
            );
        }
        Assert.NotEqual(Inference.Encode(model.Given(0), images), Inference.Encode(model.Given(1), images));
        Assert.NotEqual(Inference.Decode(model.Given(0), codes), Inference.Decode(model.Given(1), codes));
    }

    [Fact]
    public void A_file_keeps_the_classes_and_a_loaded_model_finds_labels_by_their_names()
    {
        using var folder = new TemporaryFolder();
        var model = Create("dense");
        ModelFile.Save(model, folder.File("model.safetensors"));
        var loaded = ModelFile.Open(folder.File("model.safetensors"), _device);
        Assert.Equal(["cat", "dog", "owl"], loaded.Options.Condition!);
        ImageDataset Dataset(byte[]? labels, params string[] names) =>
            new(
                "pets",
                Shape,
                new byte[Labels.Length * Shape.PixelCount],
                labels is null ? null : (ReadOnlyMemory<byte>?)labels,
                names
            );
        byte[] others = [1, 0, 2, 0, 1, 2];
        var renamed = Dataset(others, "owl", "cat", "dog");
        Assert.Equal(Labels, ClassCondition.Labels(loaded, renamed).ToArray());
        Bits.AssertEqual(
            Inference.Encode(model, Dataset(Labels, "cat", "dog", "owl"), [0, 3, 5]),
            Inference.Encode(loaded, renamed, [0, 3, 5])
        );
        const string Needs = "the model is conditional on a class. Give one with --class: cat, dog, owl.";
        AssertRefused($"the images of pets have no labels; {Needs}", () => ClassCondition.Labels(model, Dataset(null)));
        AssertRefused(
            $"the images of pets have the class 'cow'; {Needs}",
            () => ClassCondition.Labels(model, Dataset(others, "owl", "cow", "dog"))
        );
        Assert.True(ClassCondition.Labels(model.Given(1), Dataset(null)).IsEmpty);
        AssertRefused($"no class is given; {Needs}", () => Inference.Decode(model, new float[3]));
        AssertRefused(
            "got 2 labels for 1 rows; each needs one. (Parameter 'labels')",
            () => Inference.Decode(model, new float[3], [0, 1])
        );
        AssertRefused($"class 3 is given; {Needs}", () => Inference.Decode(model, new float[3], [3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Given(3));
    }

    [Fact]
    public void Conditions_that_a_model_cannot_have_are_refused()
    {
        AssertRefused(
            "condition is labels; the prior mixture is for images without labels. Choose --prior standard-normal, or "
                + "leave out --condition.",
            () => new GmvaeOptions { Condition = ["a"] }.Validate()
        );
        AssertRefused(
            "condition-classes has 2 names; they must be different, and 256 at most.",
            () => new VaeOptions { Condition = ["a", "a"] }.Validate()
        );
        AssertRefused(
            "condition is labels, and there are no classes; name them. (Parameter 'options')",
            () => new VaeOptions { Condition = [] }.Create(Shape, _device, new Rng(0))
        );
        AssertRefused(
            "class 1 is given; the model is not conditional on classes.",
            () => new VaeOptions().Create(Shape, _device, new Rng(0)).Given(1)
        );
    }

    [Fact]
    public void Pseudo_inputs_begin_as_training_images_with_their_classes()
    {
        var model = new VaeOptions
        {
            Network = DenseOptions.WithLayers([8], [8]),
            Prior = new VampOptions { PseudoInputs = 20 },
            Condition = FewDigits.Train.ClassNames,
        }.Create(FewDigits.Train.Shape, _device, new Rng(1));
        new Trainer(
            model,
            new Adam(model.Parameters),
            new ConstantSchedule(1e-6f),
            new TrainerOptions { BatchSize = 260 },
            FewDigits.Train,
            FewDigits.First(260),
            new Rng(5)
        ).RunStep();
        Tensor Find(string name) => model.Parameters.All.Single(p => p.Name == $"decoder.prior.pseudo.{name}").Value;
        using var scope = _device.BeginStep();
        float[] inputs = Ops.Sigmoid(Find("weight")).ToArray(),
            classes = Ops.Softmax(Find("classes.weight")).ToArray();
        float[][] images = [.. FewDigits.Train.ToIntensities().Chunk(784)];
        for (int k = 0; k < 20; k++)
        {
            float[] input = inputs[(k * 784)..((k + 1) * 784)];
            int nearest = FewDigits.First(260).MinBy(i => images[i].Zip(input, (a, b) => (a - b) * (a - b)).Sum());
            // One step of a learning rate of 1e-6 changes nothing that matters.
            Assert.Equal(0.9, classes[(k * 10) + FewDigits.Train.Labels!.Value.Span[nearest]], 1e-4);
        }
    }

    [Fact]
    public void A_classifier_of_real_digits_recognises_the_class_of_generated_ones()
    {
        var data = new DigitsSource(3, trainCount: 2000, testCount: 300).Generate(threads: 1);
        using var vae = new Autoencoder(
            VaeOptions.WithLayers([128], [128], latentDim: 2) with
            {
                Condition = data.Train.ClassNames,
            },
            data.Train.Shape,
            seed: 1
        );
        vae.Fit(data.Train, new FitOptions { Epochs = 8, BatchSize = 32 });
        var classifier = SoftmaxRegression.Fit(data.Train, epochs: 4);
        double real = classifier.Accuracy(data.Test),
            generated = Enumerable.Range(0, 10).Average(label => classifier.Accuracy(Generated(vae, label)));
        // Chance is 0.1. So short a training leaves some images blurred.
        Assert.True(generated > 0.75, $"generated {generated}, real {real}");
        // The style of an image as another class.
        float[] sevens = vae.Decode(vae.Encode(data.Test), label: 7);
        double analogies = classifier.Accuracy(OfClass(7, sevens, data.Test));
        Assert.True(analogies > 0.5, $"{analogies} of the test images become a 7");
    }

    [Fact]
    public void An_autoencoder_needs_labels_or_a_class()
    {
        using var vae = new Autoencoder(
            VaeOptions.WithLayers([8], [8], latentDim: 2) with
            {
                Condition = FewDigits.Train.ClassNames,
            },
            FewDigits.Train.Shape
        );
        byte[] unlabelled = FewDigits.Test.Pixels.ToArray();
        const string Needs =
            "the model is conditional on a class. Give one with --class: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9.";
        string without = $"the images of images have no labels; {Needs}";
        AssertRefused(without, () => vae.Fit(unlabelled));
        AssertRefused(without, () => vae.Evaluate(unlabelled));
        AssertRefused(without, () => vae.Encode(unlabelled));
        AssertRefused(without, () => vae.Reconstruct(unlabelled));
        AssertRefused($"no class is given; {Needs}", () => vae.Generate(3));
        Assert.NotEqual(vae.Generate(3, label: 1).ToArray(), vae.Generate(3, label: 2).ToArray());
        float[] codes = vae.Encode(unlabelled, label: 3),
            own = vae.Encode(FewDigits.Test);
        for (int i = 0; i < FewDigits.Test.Count; i++)
            Assert.Equal(
                FewDigits.Test.Labels!.Value.Span[i] == 3,
                codes.AsSpan(2 * i, 2).SequenceEqual(own.AsSpan(2 * i, 2))
            );
        Bits.AssertEqual(vae.Decode(codes, label: 3), vae.Reconstruct(unlabelled, label: 3));
    }

    private static ImageDataset Generated(Autoencoder vae, int label) =>
        OfClass(label, vae.Generate(40, seed: (ulong)label, label: label), FewDigits.Test);

    private static ImageDataset OfClass(int label, float[] images, ImageDataset like) =>
        new(
            "generated",
            like.Shape,
            Array.ConvertAll(images, x => (byte)(255 * x)),
            Enumerable.Repeat((byte)label, images.Length / like.Shape.PixelCount).ToArray(),
            like.ClassNames
        );

    private static void AssertRefused(string message, Action action) =>
        Assert.Equal(message, Assert.ThrowsAny<ArgumentException>(action).Message);

    private GenerativeModel Create(string name) =>
        (Models[name] with { LatentDim = 3, Condition = ["cat", "dog", "owl"] }).Create(Shape, _device, new Rng(1));

    private Tensor Images() => Ops.RandomUniform(_device, [Labels.Length, Shape.PixelCount], new Rng(3));

    private Tensor Loss(GenerativeModel model)
    {
        var x = Images();
        var context = new ForwardContext(new Rng(7), Training: true) { Condition = model.OneHot(Labels) };
        return model.Objective.ComputeLoss(model, x, x, context).Loss;
    }

    private double Value(GenerativeModel model)
    {
        using var pause = _device.Tape.Pause();
        using var scope = _device.BeginStep();
        return Loss(model).ToScalar();
    }
}
