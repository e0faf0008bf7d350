using Elbo.Data;
using Elbo.Engine;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Plots;
using Elbo.Workflows.Reports;
using Elbo.Workflows.Runs;
using Elbo.Workflows.Selecting;

namespace Elbo.Tests.Workflows;

/// <summary>An epoch of a small network that is conditional on the ten digits.</summary>
public sealed class ConditionalRun() : TrainedRun(Config)
{
    public static readonly RunConfig Config = SmallDigits.Config with
    {
        ModelOptions = TinyRun.Network with { Condition = [] },
        Epochs = 1,
        ImageEvery = 1,
        Tensorboard = TensorboardDetail.All,
        Name = "conditional",
    };
}

/// <summary>What the commands do with a run that is conditional on labels.</summary>
public sealed class ConditionalRunTests(ConditionalRun trained) : IClassFixture<ConditionalRun>, IDisposable
{
    private const string Needs =
        "the model is conditional on a class. Give one with --class: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9.";

    private readonly TemporaryFolder _folder = new();
    private readonly LoadedRun _run = LoadedRun.Open(trained.Folder.Path);
    private readonly LoadedRun _sevens = LoadedRun.Open(trained.Folder.Path, className: "7");

    public void Dispose()
    {
        _run.Dispose();
        _sevens.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_classes_of_the_images_are_those_of_the_run()
    {
        Assert.Equal(_run.Data.Train.ClassNames, _run.Config.ModelOptions.Condition!);
        string command = TrainCommandLine.Of(_run.Config);
        Assert.Contains("--condition labels", command);
        Assert.DoesNotContain("--condition-classes", command);
        Assert.Equal(7, _sevens.Model.Class);
        AssertRefused(
            "class: there is no class 'eleven'; there are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9.",
            () => LoadedRun.Open(trained.Folder.Path, className: "eleven").Dispose()
        );
    }

    [Fact]
    public void Without_a_class_each_row_has_the_same_codes_as_another_class()
    {
        string file = _folder.File("all.png");
        GenerateWorkflow.Run(
            _run,
            new GenerateOptions(),
            new GridOptions
            {
                Columns = 3,
                Output = file,
                Separate = true,
            }
        );
        float[] codes = Inference.SamplePrior(_run.Model, 3, new Rng(0));
        for (int i = 0; i < 30; i++)
            AssertPicture(Inference.Decode(_run.Model.Given(i / 3), codes), i % 3, _folder.File($"all/{i:D5}.png"));
        AssertRefused(
            "rows is 4; without --class there is one row for each of 10 classes. Give --columns, or --class.",
            () => GenerateWorkflow.Run(_run, new GenerateOptions(), new GridOptions { Rows = 4 })
        );
    }

    [Fact]
    public void A_class_is_that_of_all_images()
    {
        float[] codes = Inference.SamplePrior(_run.Model, 4, new Rng(0));
        var grid = new GridOptions
        {
            Columns = 2,
            Rows = 2,
            Output = _folder.File("seven.png"),
            Separate = true,
        };
        GenerateWorkflow.Run(_sevens, new GenerateOptions(), grid);
        for (int i = 0; i < 4; i++)
            AssertPicture(Inference.Decode(_run.Model.Given(7), codes), i, _folder.File($"seven/{i:D5}.png"));
        Assert.EndsWith(
            "generate-class-7.png",
            GenerateWorkflow.Run(_sevens, new GenerateOptions { Mode = GenerationMode.Uniform }, new GridOptions())
        );
    }

    [Fact]
    public void Images_are_encoded_by_their_labels_and_decoded_as_the_given_class()
    {
        var grid = new GridOptions
        {
            Columns = 3,
            Rows = 1,
            Output = _folder.File("own.png"),
            Separate = true,
        };
        var first = _run.Data.Test.Slice(0, 3);
        float[] x = first.ToIntensities(),
            codes = Inference.Encode(_run.Model, x, first.Labels!.Value.Span);
        ReconstructWorkflow.Reconstruct(_run, new ImageChoice(), sampled: false, grid);
        ReconstructWorkflow.Reconstruct(
            _sevens,
            new ImageChoice(),
            sampled: false,
            grid with
            {
                Output = _folder.File("as.png"),
            }
        );
        for (int i = 0; i < 3; i++)
        {
            AssertPicture(
                Inference.Decode(_run.Model, codes, first.Labels!.Value.Span),
                i,
                _folder.File($"own/{i:D5}.png")
            );
            AssertPicture(Inference.Decode(_run.Model.Given(7), codes), i, _folder.File($"as/{i:D5}.png"));
        }
        AssertRefused(
            "class is 7; the test images have labels, and are encoded by these.",
            () => EmbedWorkflow.Run(_sevens, new ImageChoice(), null, overwrite: false)
        );
    }

    [Fact]
    public void Own_images_need_a_class_unless_their_folders_are_named_like_classes()
    {
        var test = _run.Data.Test;
        int[] sevens = [.. Enumerable.Range(0, test.Count).Where(i => test.ClassName(i) == "7").Take(3)];
        foreach (int i in sevens)
            Bitmap.FromImage(test.Image(i), test.Shape).SavePng(_folder.File($"photos/p{i}.png"));
        var photos = ImageChoice.OfPath(_folder.File("photos"));
        AssertRefused($"the images of photos have no labels; {Needs}", () => _run.Images(photos));
        float[] Codes(LoadedRun run, ImageDataset images) =>
            ModelInputs.Codes(run.Model, run.Config, images, images.Count);
        float[] expected = Codes(_run, test.Pick([.. sevens.OrderBy(i => $"p{i}.png", StringComparer.Ordinal)]));
        Assert.Equal(expected, Codes(_sevens, _sevens.Images(photos)));
        var near = NeighboursWorkflow.Run(
            _sevens,
            new NeighboursOptions
            {
                Images = _folder.File("photos"),
                Count = 1,
                Split = "test",
                Output = _folder.File("near"),
            }
        );
        Assert.Equal(3, near.Queries.Count);
        var restored = RestoreWorkflow.Run(_sevens, photos, _folder.File("restored"));
        Assert.Equal(3, restored.Count);
        var scores = ScoreWorkflow.Run(
            _sevens,
            new ScoreOptions
            {
                Choice = photos,
                ImportanceSamples = 2,
                Output = _folder.File("scores"),
            }
        );
        Assert.Equal(3, scores.Images.Count);
    }

    [Fact]
    public void An_evaluation_is_of_the_labelled_images()
    {
        var (evaluation, _) = EvaluateWorkflow.Run(
            _run,
            new EvaluateOptions
            {
                Choice = ImageChoice.OfSplit("train"),
                Count = 50,
                ImportanceSamples = 3,
                Output = _folder.File("evaluation.json"),
            }
        );
        var images = _run.Data.Train.Slice(0, 50);
        var estimates = ImportanceSampling.Estimate(
            _run.Model,
            images.ToIntensities(),
            3,
            new Rng(0).Fork("evaluate").Fork("samples"),
            images.Labels!.Value.Span
        );
        // Images are estimated in other batches, whose products may be summed in another order.
        Assert.Equal(estimates.Average(e => e.Bound), evaluation.Figures.Single(f => f.Name == "elbo").Value, 1e-3);
        Assert.Contains(evaluation.Remarks, remark => remark.Contains("p(x|y)"));
    }

    [Fact]
    public void Paths_and_traversals_are_decoded_as_the_class_of_the_image()
    {
        var traversed = TraverseWorkflow.Run(_run, new TraverseOptions { Index = 3, Output = _folder.File("t.png") });
        Assert.Equal(2, traversed.Dims.Count);
        InterpolateWorkflow.Run(
            _sevens,
            new InterpolateOptions
            {
                From = "0",
                To = "1",
                Output = _folder.File("i.svg"),
            }
        );
        Assert.Contains("image 1 as class 7", File.ReadAllText(_folder.File("i.svg")));
        PlotWorkflow.Run(_run, new PlotOptions { Kind = PlotKind.Manifold, Output = _folder.File("m.svg") });
        Assert.Contains("learned manifold as class 0", File.ReadAllText(_folder.File("m.svg")));
    }

    [Fact]
    public void Few_labels_cannot_be_compared_with_codes_that_know_all_labels() =>
        AssertRefused(
            $"the model of {trained.Folder.Path} is conditional on labels, so its codes know the labels that a comparison "
                + "leaves out. Compare strategies with a run without --condition.",
            () => CompareWorkflow.Run(_run)
        );

    [Fact]
    public void Training_needs_labels_and_all_classes()
    {
        for (int i = 0; i < 4; i++)
            Bitmap.FromImage(_run.Data.Test.Image(i), _run.Model.ImageShape).SavePng(_folder.File($"flat/p{i}.png"));
        void Start(RunConfig config)
        {
            using var observer = new RecordingObserver();
            TrainWorkflow.Start(config, _folder.Path, overwrite: false, TinyRun.Location, observer);
        }
        AssertRefused(
            "condition is labels; the images of flat have none. Leave out --condition, or choose a dataset with labels.",
            () =>
                Start(
                    ConditionalRun.Config with
                    {
                        Dataset = "image-folder",
                        DatasetOptions = new DatasetOptions { Images = _folder.File("flat"), TestFraction = 0.5f },
                    }
                )
        );
        AssertRefused(
            "condition-classes has no '2', which is a class of the images of digits. Leave it out, or name all classes.",
            () =>
                Start(
                    ConditionalRun.Config with
                    {
                        Dataset = "digits",
                        DatasetOptions = new(),
                        ModelOptions = TinyRun.Network with { Condition = ["0", "1"] },
                    }
                )
        );
        Assert.DoesNotContain(
            Directory.GetDirectories(_folder.Path),
            path => !path.EndsWith("flat", StringComparison.Ordinal)
        );
    }

    private static void AssertRefused(string message, Action action) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);

    /// <summary>A picture file equals one of some images.</summary>
    private void AssertPicture(float[] images, int index, string path)
    {
        int pixels = _run.Model.ImageShape.PixelCount;
        var image = Bitmap.FromImage(images.AsSpan(index * pixels, pixels), _run.Model.ImageShape);
        Assert.Equal(image.EncodePng(), File.ReadAllBytes(path));
    }
}
