using System.Text.Json.Serialization;
using Elbo.Models;
using Elbo.Training.Schedules;

namespace Elbo.Training.Runs;

/// <summary>
/// Everything that decides what a run computes: the options of <c>elbo train</c>, and the <c>config.json</c> of its run
/// folder.
/// </summary>
/// <remarks>In JSON, names are those of the command line: <c>latent-dim</c>, <c>batch-size</c>.</remarks>
public sealed record RunConfig
{
    /// <summary>
    /// The options of the model, of a type that the <see cref="ModelCatalog"/> has. In JSON they lie beside all others.
    /// </summary>
    [JsonIgnore]
    public ModelOptions ModelOptions { get; init; } = new VaeOptions();

    /// <summary>The model's name in the <see cref="ModelCatalog"/>.</summary>
    public string Model => ModelCatalog.Of(ModelOptions).Name;

    /// <summary>A dataset of the <see cref="Data.DatasetCatalog"/>.</summary>
    public string Dataset { get; init; } = "digits";

    /// <summary>Folder of the dataset's files; null looks in the usual places.</summary>
    public string? DataDir { get; init; }

    /// <summary>Folder of the images, for the dataset <c>image-folder</c>.</summary>
    public string? Images { get; init; }

    /// <summary>The size that these are brought to; null takes the one that all share.</summary>
    public Imaging.ImageSize? ImageSize { get; init; }

    /// <summary>Whether these become grey or RGB; null takes grey where all are grey, else RGB.</summary>
    public Data.ImageColour? Colour { get; init; }

    /// <summary>
    /// What transparent ones lie on; null is white where their visible pixels are dark on average, else black.
    /// </summary>
    public Imaging.BackgroundColour? Background { get; init; }

    /// <summary>Whether one of these that cannot be read is an error; null is false, which skips it.</summary>
    public bool? Strict { get; init; }

    /// <summary>Share of these kept for testing; null is a tenth.</summary>
    public float? TestFraction { get; init; }

    /// <summary>Weight of the KL divergence.</summary>
    public float Beta { get; init; } = 1;

    /// <summary>Epochs over which the weight of the KL divergence rises from 0 to beta.</summary>
    public float KlWarmup { get; init; }

    /// <summary>Noise on the encoder's input in training; the target stays clean.</summary>
    public NoiseKind Noise { get; init; }

    /// <summary>Strength of the noise; null takes the kind's usual one.</summary>
    public float? NoiseFactor { get; init; }

    /// <summary>How images become binary, if at all.</summary>
    public Binarization Binarize { get; init; }

    /// <summary>Passes over the training images.</summary>
    public int Epochs { get; init; } = 40;

    /// <summary>Images per step.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Step size of the optimiser.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>An optimiser of the <see cref="Training.Optimizers.OptimizerCatalog"/>.</summary>
    public string Optimizer { get; init; } = "adam";

    /// <summary>A schedule of the <see cref="ScheduleCatalog"/>.</summary>
    public string Schedule { get; init; } = "constant";

    /// <summary>
    /// Epochs from one reduction of the step size to the next, for the <c>step</c> schedule; null takes its usual one.
    /// </summary>
    public int? SchedulePeriod { get; init; }

    /// <summary>
    /// Epochs after each of which the step size is reduced once, for the <c>step</c> schedule, instead of a period.
    /// </summary>
    public IReadOnlyList<int>? ScheduleMilestones { get; init; }

    /// <summary>
    /// What the <c>step</c>, <c>plateau</c> or <c>exponential</c> schedule multiplies the step size by; null takes its
    /// usual one.
    /// </summary>
    public float? ScheduleFactor { get; init; }

    /// <summary>
    /// Epochs without a better training loss that the <c>plateau</c> schedule lets pass; null takes its usual number.
    /// </summary>
    public int? SchedulePatience { get; init; }

    /// <summary>Largest L2 norm of a step's gradient; 0 does not clip.</summary>
    public float ClipNorm { get; init; }

    /// <summary>
    /// Epochs without improvement of the validation loss (test loss without validation images) before training stops; 0
    /// never stops.
    /// </summary>
    public int EarlyStopping { get; init; }

    /// <summary>
    /// By how much, in nats per image, that loss has to be below the best to count as an improvement.
    /// </summary>
    public float EarlyStoppingDelta { get; init; } = new FitOptions().EarlyStoppingDelta;

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
    internal string RunName => Name ?? $"{Model}-{Data.DatasetCatalog.Get(Dataset).Name}-z{ModelOptions.LatentDim}";

    /// <summary>What depends on other options spelled out, as it is written to <c>config.json</c>.</summary>
    public RunConfig Resolve() =>
        this with
        {
            Images = string.IsNullOrWhiteSpace(Images) ? Images : Path.GetFullPath(Images),
            TestFraction = TestFraction ?? (Images is null ? null : Data.ImageFolderSource.DefaultTestFraction),
            // Without noise there is no strength to spell out, and one that was would stay for whatever noise a later
            // run adds.
            NoiseFactor = NoiseFactor ?? (Noise == NoiseKind.None ? null : InputNoise.UsualFactor(Noise)),
        };

    /// <summary>
    /// These options with size, colour and background spelled out as they were decided for the images of a folder.
    /// </summary>
    /// <remarks>
    /// Otherwise a file that is added to the folder later could change the shape that the network was made for.
    /// </remarks>
    public RunConfig ResolveImages(Data.ImageShape shape, Imaging.BackgroundColour? background = null) =>
        Images is null
            ? this
            : this with
            {
                ImageSize = new Imaging.ImageSize(shape.Width, shape.Height),
                Colour = shape.Channels == 1 ? Data.ImageColour.Grey : Data.ImageColour.Rgb,
                Background = Background ?? background,
            };

    /// <summary>What the dataset has to be told.</summary>
    public Data.DatasetOptions DatasetOptions() =>
        new()
        {
            Images = Images,
            ImageSize = ImageSize,
            Colour = Colour,
            Background = Background,
            Strict = Strict,
            TestFraction = TestFraction,
        };

    /// <summary>How the model is trained.</summary>
    public FitOptions FitOptions() =>
        new()
        {
            Epochs = Epochs,
            BatchSize = BatchSize,
            LearningRate = LearningRate,
            Optimizer = Optimizer,
            Schedule = Schedule,
            ScheduleSettings = new ScheduleSettings
            {
                Period = SchedulePeriod,
                Milestones = ScheduleMilestones,
                Factor = ScheduleFactor,
                Patience = SchedulePatience,
            },
            Beta = Beta,
            KlWarmup = KlWarmup,
            Noise = Noise,
            NoiseFactor = NoiseFactor ?? InputNoise.UsualFactor(Noise),
            Binarize = Binarize,
            ClipNorm = ClipNorm,
            EarlyStopping = EarlyStopping,
            EarlyStoppingDelta = EarlyStoppingDelta,
        };

    /// <summary>The options of a run that trains a model so.</summary>
    /// <param name="model">The options of the model.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="dataset">What its images are called.</param>
    /// <param name="seed">Decides every random choice.</param>
    internal static RunConfig Of(ModelOptions model, FitOptions options, string dataset, ulong seed) =>
        new()
        {
            ModelOptions = model,
            Dataset = dataset,
            Seed = seed,
            Epochs = options.Epochs,
            BatchSize = options.BatchSize,
            LearningRate = options.LearningRate,
            Optimizer = options.Optimizer,
            Schedule = options.Schedule,
            SchedulePeriod = options.ScheduleSettings.Period,
            ScheduleMilestones = options.ScheduleSettings.Milestones,
            ScheduleFactor = options.ScheduleSettings.Factor,
            SchedulePatience = options.ScheduleSettings.Patience,
            Beta = options.Beta,
            KlWarmup = options.KlWarmup,
            Noise = options.Noise,
            NoiseFactor = options.NoiseFactor,
            Binarize = options.Binarize,
            ClipNorm = options.ClipNorm,
            EarlyStopping = options.EarlyStopping,
            EarlyStoppingDelta = options.EarlyStoppingDelta,
        };

    /// <summary>What of <see cref="FitOptions"/> concerns a single step.</summary>
    public TrainerOptions TrainerOptions() => FitOptions();

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public void Validate()
    {
        var source = Data.DatasetCatalog.Get(Dataset);
        source.Validate(DatasetOptions());
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
        FitOptions().Validate();
        Require(
            Epochs >= ModelOptions.LeastEpochs,
            "epochs",
            Epochs,
            $"{ModelOptions.LeastEpochs} or more with these options of {Model}, whose stages would not end otherwise"
        );
        Require(ValidationFraction is >= 0 and < 1, "validation-fraction", ValidationFraction, "in [0, 1)");
        Require(Threads is >= 0 and <= 1024, "threads", Threads, "from 0 to 1024");
        Require(CheckpointEvery >= 1, "checkpoint-every", CheckpointEvery, "1 or more epochs");
        Require(KeepCheckpoints >= 0, "keep-checkpoints", KeepCheckpoints, "0 (all) or more");
        Require(ImageEvery >= 0, "image-every", ImageEvery, "0 or more epochs");
        if (
            Name is not null
            && (Name.Length == 0 || Name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || Name is "." or "..")
        )
            throw new ArgumentException(
                $"name is '{Name}'; it must be a plain folder name. The folder above it is --output."
            );
    }

    private static void Require(bool holds, string option, object value, string need)
    {
        if (!holds)
            throw new ArgumentException($"{option} is {value}; it must be {need}.");
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
