namespace Elbo.Training;

/// <summary>How a model is trained.</summary>
public record TrainerOptions
{
    private readonly float? _noiseFactor;

    /// <summary>Images per step; the last step of an epoch takes what is left.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Step size of the optimiser, before the schedule.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Weight of the KL divergence; 1 is the evidence lower bound.</summary>
    public float Beta { get; init; } = 1;

    /// <summary>Epochs over which that weight rises from 0, step by step; 0 starts with all of it.</summary>
    public float KlWarmup { get; init; }

    /// <summary>Noise on the encoder's input; the target stays clean.</summary>
    public NoiseKind Noise { get; init; }

    /// <summary>
    /// Standard deviation of Gaussian noise, or the share of pixels that another kind changes; unless set, the usual
    /// one of <see cref="Noise"/>.
    /// </summary>
    public float NoiseFactor
    {
        get => _noiseFactor ?? InputNoise.UsualFactor(Noise);
        init => _noiseFactor = value;
    }

    /// <summary>How images become binary.</summary>
    public Binarization Binarize { get; init; }

    /// <summary>Largest L2 norm of a step's gradient; 0 does not clip.</summary>
    public float ClipNorm { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public virtual void Validate()
    {
        if (BatchSize is < 1 or > 65_536)
            throw new ArgumentException($"batch-size is {BatchSize}; it must be from 1 to 65536.");
        if (!(LearningRate > 0 && float.IsFinite(LearningRate)))
            throw new ArgumentException($"learning-rate is {LearningRate}; it must be a positive number.");
        if (!(Beta >= 0 && float.IsFinite(Beta)))
            throw new ArgumentException($"beta is {Beta}; it must be 0 or more.");
        if (!(KlWarmup >= 0 && float.IsFinite(KlWarmup)))
            throw new ArgumentException($"kl-warmup is {KlWarmup}; it must be 0 or more epochs.");
        if (!(NoiseFactor >= 0 && float.IsFinite(NoiseFactor)))
            throw new ArgumentException($"noise-factor is {NoiseFactor}; it must be 0 or more.");
        if (Noise is NoiseKind.Dropout or NoiseKind.SaltPepper && NoiseFactor >= 1)
            throw new ArgumentException(
                $"noise-factor is {NoiseFactor}; for noise that changes pixels it is their share, below 1."
            );
        if (!(ClipNorm >= 0 && float.IsFinite(ClipNorm)))
            throw new ArgumentException($"clip-norm is {ClipNorm}; it must be 0 (no clipping) or more.");
    }
}
