using Elbo.Data;
using Elbo.Imaging;
using Elbo.Models;

namespace Elbo.Training.Runs;

/// <summary>
/// Everything that decides what a run computes: how the model is trained, and with these properties which model, on
/// what data, and what is written. The options of <c>elbo train</c>, and the <c>config.json</c> of its run folder.
/// </summary>
/// <remarks>
/// In JSON, names are those of the command line: <c>latent-dim</c>, <c>batch-size</c>. The options of dataset and model
/// lie beside all others.
/// </remarks>
public sealed record RunConfig : FitOptions
{
    /// <summary>With the defaults of <c>elbo train</c>.</summary>
    public RunConfig() { }

    private RunConfig(FitOptions training)
        : base(training) { }

    /// <summary>The options of the model, of a type that the <see cref="ModelCatalog"/> has.</summary>
    public ModelOptions ModelOptions { get; init; } = new VaeOptions();

    /// <summary>The model's name in the <see cref="ModelCatalog"/>.</summary>
    public string Model => ModelCatalog.Of(ModelOptions).Name;

    /// <summary>A dataset of the <see cref="DatasetCatalog"/>.</summary>
    public string Dataset { get; init; } = "digits";

    /// <summary>Folder of the dataset's files; null looks in the usual places.</summary>
    public string? DataDir { get; init; }

    /// <summary>What the dataset needs to know beyond its name.</summary>
    public DatasetOptions DatasetOptions { get; init; } = new();

    /// <summary>
    /// Share of the training images kept for validation; 0 where the dataset has validation images of its own.
    /// </summary>
    public float ValidationFraction { get; init; }

    /// <summary>Decides every random choice.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads to compute with; 0 takes one per processor. Results do not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Epochs between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 1;

    /// <summary>How many checkpoints are kept, the newest; 0 keeps all.</summary>
    public int KeepCheckpoints { get; init; } = CheckpointStore.DefaultKeep;

    /// <summary>Epochs between reconstruction pictures; 0 draws only the last.</summary>
    public int ImageEvery { get; init; } = 1;

    /// <summary>How much is written for TensorBoard.</summary>
    public TensorboardDetail Tensorboard { get; init; } = TensorboardDetail.Scalars;

    /// <summary>Name of the run folder; null makes one from model, dataset and latent size.</summary>
    public string? Name { get; init; }

    /// <summary><see cref="Name"/>, or what is made of model, dataset and latent size.</summary>
    internal string RunName => Name ?? $"{Model}-{DatasetCatalog.Get(Dataset).Name}-z{ModelOptions.LatentDim}";

    /// <summary>
    /// Every option that is not the model's own, by name. <see cref="ModelCatalog.Options"/> are those of the models.
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
        OptionOf<RunConfig>.Number(
            "validation-fraction",
            "share of the training images kept for validation",
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
            "how many checkpoints are kept, the newest; 0 keeps all",
            o => o.KeepCheckpoints,
            (o, v) => o with { KeepCheckpoints = v }
        ) with
        {
            Group = OptionGroup.Output,
            Range = OptionRange.From(0) with { Text = "0 (all) or more" },
        },
        OptionOf<RunConfig>.WholeNumber(
            "image-every",
            "epochs between pictures; 0 draws only the last",
            o => o.ImageEvery,
            (o, v) => o with { ImageEvery = v }
        ) with
        {
            Group = OptionGroup.Output,
            Range = OptionRange.From(0, "epochs"),
        },
        OptionOf<RunConfig>.OneOf<TensorboardDetail>(
            "tensorboard",
            "what is written to events/ for TensorBoard",
            o => o.Tensorboard,
            (o, v) => o with { Tensorboard = v }
        ) with
        {
            Group = OptionGroup.Output,
        },
        OptionOf<RunConfig>.Text("name", "name of the run folder", o => o.Name, (o, v) => o with { Name = v }) with
        {
            Group = OptionGroup.Output,
            Default = "MODEL-DATASET-zN",
        },
    ];

    /// <summary>What depends on other options spelled out, as it is written to <c>config.json</c>.</summary>
    public RunConfig Resolve() =>
        DatasetOptions.Images is null
            ? this
            : this with
            {
                DatasetOptions = DatasetOptions with
                {
                    Images = string.IsNullOrWhiteSpace(DatasetOptions.Images)
                        ? DatasetOptions.Images
                        : Path.GetFullPath(DatasetOptions.Images),
                    TestFraction = DatasetOptions.TestFraction ?? ImageFolderSource.DefaultTestFraction,
                },
            };

    /// <summary>
    /// These options with size, colour and background spelled out as they were decided for the images of a folder.
    /// </summary>
    /// <remarks>
    /// Otherwise a file that is added to the folder later could change the shape that the network was made for.
    /// </remarks>
    public RunConfig ResolveImages(ImageShape shape, BackgroundColour? background = null) =>
        DatasetOptions.Images is null
            ? this
            : this with
            {
                DatasetOptions = DatasetOptions with
                {
                    ImageSize = new ImageSize(shape.Width, shape.Height),
                    Colour = shape.Channels == 1 ? ImageColour.Grey : ImageColour.Rgb,
                    Background = DatasetOptions.Background ?? background,
                },
            };

    /// <summary>The options of a run that trains a model so.</summary>
    /// <param name="model">The options of the model.</param>
    /// <param name="training">How it is trained.</param>
    /// <param name="dataset">What its images are called.</param>
    /// <param name="seed">Decides every random choice.</param>
    internal static RunConfig Of(ModelOptions model, FitOptions training, string dataset, ulong seed) =>
        new(training)
        {
            ModelOptions = model,
            Dataset = dataset,
            Seed = seed,
        };

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public override void Validate()
    {
        var source = DatasetCatalog.Get(Dataset);
        source.Validate(DatasetOptions);
        if (ValidationFraction > 0 && source.ValidationCount > 0)
            throw new ArgumentException(
                $"validation-fraction is {ValidationFraction}; {source.Name} has {source.ValidationCount} "
                    + "validation images of its own, so it must be 0."
            );
        ValidateAllButData();
    }

    /// <summary>
    /// Checks what does not concern the images: a model may have been trained on some that no catalog has.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    internal void ValidateAllButData()
    {
        ModelOptions.Validate();
        base.Validate();
        if (Epochs < ModelOptions.LeastEpochs)
            throw new ArgumentException(
                $"epochs is {Epochs}; it must be {ModelOptions.LeastEpochs} or more with these options of {Model}, "
                    + "whose stages would not end otherwise."
            );
        List.Validate(this);
        if (
            Name is not null
            && (Name.Length == 0 || Name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || Name is "." or "..")
        )
            throw new ArgumentException(
                $"name is '{Name}'; it must be a plain folder name. The folder above it is --output."
            );
    }
}

/// <summary>How much a run writes for TensorBoard.</summary>
public enum TensorboardDetail
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Curves and hyper-parameters.</summary>
    Scalars,

    /// <summary>Also histograms and pictures, and codes for the embedding projector.</summary>
    All,
}
