using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Imaging;
using Elbo.Models;

namespace Elbo.Training.Runs;

/// <summary>
/// All options of a run: the model, the data, the training and the output. They are the options of <c>elbo train</c>
/// and the contents of <c>config.json</c> in the run folder.
/// </summary>
/// <remarks>
/// JSON uses the names of the command line: <c>latent-dim</c>, <c>batch-size</c>. The options of the dataset and the
/// model are at the same level as all others.
/// </remarks>
public sealed record RunConfig : FitOptions
{
    /// <summary>Creates options with the defaults of <c>elbo train</c>.</summary>
    public RunConfig() { }

    private RunConfig(FitOptions training)
        : base(training) { }

    /// <summary>Options of the model, of a type in the <see cref="ModelCatalog"/>.</summary>
    public ModelOptions ModelOptions { get; init; } = new VaeOptions();

    /// <summary>Name of the model in the <see cref="ModelCatalog"/>.</summary>
    public string Model => ModelCatalog.Of(ModelOptions).Name;

    /// <summary>Name of a dataset in the <see cref="DatasetCatalog"/>.</summary>
    public string Dataset { get; init; } = "digits";

    /// <summary>Folder of the dataset's files; null searches the default places.</summary>
    public string? DataDir { get; init; }

    /// <summary>Options of the dataset.</summary>
    public DatasetOptions DatasetOptions { get; init; } = new();

    /// <summary>
    /// The classes to train on, by name or number; null for all. Test images of other classes stay in the test set.
    /// </summary>
    public IReadOnlyList<string>? OnlyClasses { get; init; }

    /// <summary>The classes not to train on, by name or number; null for none. Test images of them stay.</summary>
    public IReadOnlyList<string>? WithoutClasses { get; init; }

    /// <summary>The classes of the training and validation images.</summary>
    internal ClassFilter Classes => new(OnlyClasses, WithoutClasses);

    /// <summary>
    /// Fraction of the training images held out for validation; 0 if the dataset has its own validation images.
    /// </summary>
    public float ValidationFraction { get; init; }

    /// <summary>Seed of all random numbers.</summary>
    public ulong Seed { get; init; }

    /// <summary>Number of threads; 0 means one per processor. Results do not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The device that trains, a <see cref="DeviceOptions.Kind"/>. Any device can use the result.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether a GPU trains with <see cref="DeviceOptions.TensorFloat32"/>.</summary>
    public bool TensorFloat32 { get; init; }

    /// <summary>The device that trains.</summary>
    internal DeviceOptions DeviceOptions =>
        new()
        {
            Threads = Threads,
            Kind = Device,
            TensorFloat32 = TensorFloat32,
        };

    /// <summary>Number of epochs between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 1;

    /// <summary>Number of newest checkpoints to keep; 0 keeps all.</summary>
    public int KeepCheckpoints { get; init; } = CheckpointStore.DefaultKeep;

    /// <summary>Number of epochs between reconstruction figures; 0 draws only the last.</summary>
    public int ImageEvery { get; init; } = 1;

    /// <summary>Sizes of the figures. Commands that use the run draw the same sizes by default.</summary>
    public PictureOptions Pictures { get; init; } = new();

    /// <summary>Evaluations during training.</summary>
    public PeriodicEvaluation Evaluation { get; init; } = new();

    /// <summary>Amount of output for TensorBoard.</summary>
    public TensorboardDetail Tensorboard { get; init; } = TensorboardDetail.Scalars;

    /// <summary>
    /// Name of the run folder. The name of an option in braces stands for its value, as in
    /// <c>{model}-z{latent-dim}</c>. Null builds a name from model, dataset and number of latent dimensions.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// All options except those of models, by name. <see cref="ModelCatalog.Options"/> lists those of models.
    /// </summary>
    internal static new IReadOnlyList<OptionOf<RunConfig>> List { get; } =
    [
        OptionOf<RunConfig>.Text(
            "model",
            "model; 'elbo models' lists them",
            o => o.Model,
            (o, v) => o with { ModelOptions = ModelCatalog.Get(v).Read([]) }
        ) with
        {
            Group = OptionGroup.Model,
            Choices = [.. ModelCatalog.All.Select(entry => entry.Name)],
        },
        OptionOf<RunConfig>.Text(
            "dataset",
            "dataset; 'elbo datasets' lists them",
            o => o.Dataset,
            (o, v) => o with { Dataset = v }
        ) with
        {
            Group = OptionGroup.Data,
            Choices = [.. DatasetCatalog.All.Select(entry => entry.Name)],
        },
        CommonOptions.DataDir<RunConfig>(o => o.DataDir, (o, v) => o with { DataDir = v }) with
        {
            Group = OptionGroup.Data,
        },
        .. DatasetOptions.List.Select(option =>
            option.Within<RunConfig>(o => o.DatasetOptions, (o, v) => o with { DatasetOptions = v }) with
            {
                Group = OptionGroup.Data,
                Refines = "dataset",
            }
        ),
        OptionOf<RunConfig>.Texts(
            "only-classes",
            "train on images of these classes only, by name or number; test images stay complete",
            o => o.OnlyClasses,
            (o, v) => o with { OnlyClasses = v }
        ) with
        {
            Group = OptionGroup.Data,
            Refines = "dataset",
            Replaces = ["without-classes"],
        },
        OptionOf<RunConfig>.Texts(
            "without-classes",
            "train without images of these classes, by name or number; test images stay complete",
            o => o.WithoutClasses,
            (o, v) => o with { WithoutClasses = v }
        ) with
        {
            Group = OptionGroup.Data,
            Refines = "dataset",
            Replaces = ["only-classes"],
        },
        OptionOf<RunConfig>.Number(
            "validation-fraction",
            "fraction of the training images held out for validation",
            o => o.ValidationFraction,
            (o, v) => o with { ValidationFraction = v }
        ) with
        {
            Group = OptionGroup.Data,
            Range = OptionRange.Fraction,
        },
        .. FitOptions
            .List.Select(option => option.Within<RunConfig>(o => o, (_, v) => (RunConfig)v))
            .Append(CommonOptions.Seed<RunConfig>(o => o.Seed, (o, v) => o with { Seed = v }))
            .Append(CommonOptions.Threads<RunConfig>(o => o.Threads, (o, v) => o with { Threads = v }))
            .Append(CommonOptions.Device<RunConfig>(o => o.Device, (o, v) => o with { Device = v }))
            .Append(
                CommonOptions.TensorFloat32<RunConfig>(o => o.TensorFloat32, (o, v) => o with { TensorFloat32 = v })
            )
            .Select(option => option with { Group = OptionGroup.Training }),
        OptionOf<RunConfig>.WholeNumber(
            "checkpoint-every",
            "epochs between checkpoints",
            o => o.CheckpointEvery,
            (o, v) => o with { CheckpointEvery = v }
        ) with
        {
            Group = OptionGroup.Output,
            Range = OptionRange.From(1, "epochs"),
        },
        OptionOf<RunConfig>.WholeNumber(
            "keep-checkpoints",
            "number of newest checkpoints to keep; 0 keeps all",
            o => o.KeepCheckpoints,
            (o, v) => o with { KeepCheckpoints = v }
        ) with
        {
            Group = OptionGroup.Output,
            Range = OptionRange.From(0) with { Text = "0 (all) or more" },
        },
        OptionOf<RunConfig>.WholeNumber(
            "image-every",
            "epochs between figures; 0 draws only the last",
            o => o.ImageEvery,
            (o, v) => o with { ImageEvery = v }
        ) with
        {
            Group = OptionGroup.Pictures,
            Range = OptionRange.From(0, "epochs"),
        },
        .. PictureOptions.List.Select(option =>
            option.Within<RunConfig>(o => o.Pictures, (o, v) => o with { Pictures = v }) with
            {
                Group = OptionGroup.Pictures,
            }
        ),
        .. PeriodicEvaluation.List.Select(option =>
            option.Within<RunConfig>(o => o.Evaluation, (o, v) => o with { Evaluation = v }) with
            {
                Group = OptionGroup.Output,
            }
        ),
        OptionOf<RunConfig>.OneOf<TensorboardDetail>(
            "tensorboard",
            "what to write to events/ for TensorBoard",
            o => o.Tensorboard,
            (o, v) => o with { Tensorboard = v }
        ) with
        {
            Group = OptionGroup.Output,
        },
        OptionOf<RunConfig>.Text(
            "name",
            $"name of the run folder; {{OPTION}} stands for the value of an option, and {RunName.Preset} for a name "
                + "such as V_MNIST_0001_8_64_2",
            o => o.Name,
            (o, v) => o with { Name = v }
        ) with
        {
            Group = OptionGroup.Output,
            Default = RunName.Usual,
        },
    ];

    /// <summary>Returns the options with derived defaults filled in, as written to <c>config.json</c>.</summary>
    public RunConfig Resolve()
    {
        // Commands that use the run may have another current folder.
        var located = DataDir is null ? this : this with { DataDir = Path.GetFullPath(DataDir) };
        return DatasetOptions.Images is null
            ? located
            : located with
            {
                DatasetOptions = DatasetOptions with
                {
                    Images = string.IsNullOrWhiteSpace(DatasetOptions.Images)
                        ? DatasetOptions.Images
                        : Path.GetFullPath(DatasetOptions.Images),
                },
            };
    }

    /// <summary>
    /// Returns the options with size, colour format, background, white level and test fraction as determined from the
    /// images of a folder.
    /// </summary>
    /// <remarks>
    /// Otherwise a file added to the folder later could change the image shape for which the network was created.
    /// </remarks>
    public RunConfig ResolveImages(DatasetSplits data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var shape = data.Train.Shape;
        return DatasetOptions.Images is null
            ? this
            : this with
            {
                DatasetOptions = DatasetOptions with
                {
                    ImageSize = new ImageSize(shape.Width, shape.Height),
                    Colour = shape.Channels == 1 ? ImageColour.Grey : ImageColour.Rgb,
                    Background = DatasetOptions.Background ?? data.Background,
                    White16 = DatasetOptions.White16 ?? data.White16,
                    TestFraction = data.TestFraction ?? DatasetOptions.TestFraction,
                },
            };
    }

    /// <summary>
    /// Returns the options with the classes of the training images as those of the condition, if the model is
    /// conditional and has no other classes.
    /// </summary>
    /// <exception cref="ArgumentException">The model is conditional, and images have no labels.</exception>
    internal RunConfig ResolveClasses(DatasetSplits data)
    {
        if (ModelOptions.Condition is not { } classes)
            return this;
        ImageDataset?[] splits = [data.Train, data.Validation, data.Test];
        if (splits.Any(images => images is { Labels: null }))
            throw new ArgumentException(
                $"condition is labels; the images of {data.Train.Name} have none. Leave out --condition, or choose a "
                    + "dataset with labels."
            );
        if (classes.Count == 0)
            return this with { ModelOptions = ModelOptions with { Condition = data.Train.ClassNames } };
        string? missing = splits.SelectMany(images => images?.ClassNames ?? []).Except(classes).FirstOrDefault();
        return missing is null
            ? this
            : throw new ArgumentException(
                $"condition-classes has no '{missing}', which is a class of the images of {data.Train.Name}. Leave it "
                    + "out, or name all classes."
            );
    }

    /// <summary>
    /// Returns the options with the stages of the model shortened in proportion if there are too few epochs for them.
    /// </summary>
    /// <param name="note">A remark for the user if they were shortened; else null.</param>
    internal RunConfig ShortenStages(out string? note)
    {
        note = null;
        var shorter = this with { ModelOptions = ModelOptions with { Prior = ModelOptions.Prior.Within(Epochs) } };
        if (shorter.ModelOptions.Prior == ModelOptions.Prior)
            return this;
        var changed = ModelCatalog
            .Of(ModelOptions)
            .Write(shorter.ModelOptions)
            .Where(pair =>
                !JsonNode.DeepEquals(pair.Value, ModelCatalog.Of(ModelOptions).Write(ModelOptions)[pair.Key])
            )
            .Select(pair => $"{pair.Key} {pair.Value}");
        note =
            $"{Epochs} {(Epochs == 1 ? "epoch is" : "epochs are")} too few for the stages of {Model}, which take "
            + $"{ModelOptions.LeastEpochs} or more; shortened to {string.Join(" and ", changed)}.";
        return shorter;
    }

    /// <summary>Creates the options of a run from those of its parts.</summary>
    /// <param name="model">Options of the model.</param>
    /// <param name="training">Options of the training.</param>
    /// <param name="dataset">Name of the dataset.</param>
    /// <param name="seed">Seed of all random numbers.</param>
    internal static RunConfig Of(ModelOptions model, FitOptions training, string dataset, ulong seed) =>
        new(training)
        {
            ModelOptions = model,
            Dataset = dataset,
            Seed = seed,
        };

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range. The message names it.</exception>
    public override void Validate()
    {
        Require.Given(Dataset, "dataset");
        Require.Given(DatasetOptions, "the options of the dataset");
        var source = DatasetCatalog.Get(Dataset);
        source.Validate(DatasetOptions);
        if (ValidationFraction > 0 && source.ValidationCount > 0)
            throw new ArgumentException(
                $"validation-fraction is {ValidationFraction}; {source.Name} has {source.ValidationCount} "
                    + "validation images of its own, so it must be 0."
            );
        Classes.Validate();
        ValidateAllButData();
        RunName.Of(this);
    }

    /// <summary>
    /// Checks all options except those of the images, because a model may be trained on images that are not in a
    /// catalog.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    internal void ValidateAllButData()
    {
        Require.Given(ModelOptions, "the options of the model");
        Require.Given(Pictures, "the options of pictures");
        Require.Given(Evaluation, "the options of the evaluation");
        ModelOptions.Validate();
        base.Validate();
        List.Validate(this);
        Pictures.Validate();
        Evaluation.Validate();
    }
}

/// <summary>Amount of output for TensorBoard.</summary>
public enum TensorboardDetail
{
    /// <summary>No output.</summary>
    None,

    /// <summary>Curves and hyper-parameters.</summary>
    Scalars,

    /// <summary>Curves, hyper-parameters, histograms, images, and codes for the embedding projector.</summary>
    All,
}
