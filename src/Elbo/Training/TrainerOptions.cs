namespace Elbo.Training;

/// <summary>Options of a <see cref="Trainer"/>.</summary>
public record TrainerOptions
{
    private readonly float? _noiseFactor;

    /// <summary>Number of images per step. The last batch of an epoch may be smaller.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Initial learning rate of the optimiser, before the schedule.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Weight of the KL divergence; 1 gives the evidence lower bound.</summary>
    public float Beta { get; init; } = 1;

    /// <summary>
    /// Number of epochs over which the weight of the KL divergence rises from 0 to β, step by step; 0 disables warm-up.
    /// </summary>
    public float KlWarmup { get; init; }

    /// <summary>Random changes of the training images, new in every epoch. Held-out images stay as they are.</summary>
    public Augmentations Augment { get; init; }

    /// <summary>Noise on the encoder's input. The target of the decoder stays clean.</summary>
    public NoiseKind Noise { get; init; }

    /// <summary>
    /// Standard deviation of Gaussian noise, or the fraction of pixels changed by other kinds. Default: the usual value
    /// for <see cref="Noise"/>.
    /// </summary>
    public float NoiseFactor
    {
        get => _noiseFactor ?? InputNoise.UsualFactor(Noise);
        init => _noiseFactor = value;
    }

    /// <summary>Method that makes the images binary.</summary>
    public Binarization Binarize { get; init; }

    /// <summary>Maximum L2 norm of the gradient of a step; 0 disables clipping.</summary>
    public float ClipGradNorm { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<TrainerOptions>> List { get; } =
    [
        OptionOf<TrainerOptions>.WholeNumber(
            "batch-size",
            "images per step",
            o => o.BatchSize,
            (o, v) => o with { BatchSize = v }
        ) with
        {
            Letter = 'b',
            Range = OptionRange.Between(1, 65_536),
        },
        OptionOf<TrainerOptions>.Number(
            "learning-rate",
            "initial learning rate of the optimiser",
            o => o.LearningRate,
            (o, v) => o with { LearningRate = v }
        ) with
        {
            Aliases = ["lr"],
            Letter = 'l',
            Range = OptionRange.Positive,
        },
        OptionOf<TrainerOptions>.Number(
            "beta",
            "weight β of the KL divergence",
            o => o.Beta,
            (o, v) => o with { Beta = v }
        ) with
        {
            Range = OptionRange.From(0),
        },
        OptionOf<TrainerOptions>.Number(
            "kl-warmup",
            "epochs over which that weight rises from 0 to β",
            o => o.KlWarmup,
            (o, v) => o with { KlWarmup = v }
        ) with
        {
            Range = OptionRange.From(0, "epochs"),
        },
        OptionOf<TrainerOptions>.ListOf<Augmentations>(
            "augment",
            "random changes of the training images, one or more",
            o => ImageAugmentation.Split(o.Augment),
            (o, v) => o with { Augment = ImageAugmentation.Join(v) }
        ),
        OptionOf<TrainerOptions>.OneOf<NoiseKind>(
            "noise",
            "noise on the encoder's input in training; the target stays clean",
            o => o.Noise,
            (o, v) => o with { Noise = v }
        ),
        OptionOf<TrainerOptions>.Number(
            "noise-factor",
            "standard deviation of gaussian noise, or fraction of pixels changed by dropout or salt-pepper",
            // Without noise no strength is written, since it would otherwise apply to the noise that a later run adds.
            o => o._noiseFactor ?? (o.Noise == NoiseKind.None ? null : o.NoiseFactor),
            (o, v) => o with { NoiseFactor = v }
        ) with
        {
            Default = "0.7 for gaussian, 0.5 for dropout, 0.3 for salt-pepper",
            Range = OptionRange.From(0),
            Refines = "noise",
        },
        OptionOf<TrainerOptions>.OneOf<Binarization>(
            "binarize",
            "method that makes the images binary",
            o => o.Binarize,
            (o, v) => o with { Binarize = v }
        ),
        OptionOf<TrainerOptions>.Number(
            "clip-grad-norm",
            "maximum L2 norm of the gradient; 0 disables clipping",
            o => o.ClipGradNorm,
            (o, v) => o with { ClipGradNorm = v }
        ) with
        {
            Aliases = ["clip-norm"],
            Range = OptionRange.From(0) with { Text = "0 (no clipping) or more" },
        },
    ];

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range. The message names it.</exception>
    public virtual void Validate()
    {
        List.Validate(this);
        ImageAugmentation.RequireKnown(Augment);
        if (Noise is NoiseKind.Dropout or NoiseKind.SaltPepper && NoiseFactor >= 1)
            throw new ArgumentException(
                $"noise-factor is {NoiseFactor}; for noise that changes pixels it is the fraction of pixels, below 1."
            );
    }
}
