using Elbo.Data;
using Elbo.Engine;

namespace Elbo.Models;

/// <summary>What a model is built from: each model has a record of its own, which derives from this one.</summary>
public abstract record ModelOptions
{
    /// <summary>Length of a code z, 1 to 4096; 2 can be drawn, 20 reconstructs well.</summary>
    public int LatentDim { get; init; } = 2;

    /// <summary>How many epochs training needs at least, where it has stages.</summary>
    public virtual int LeastEpochs => 1;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public virtual void Validate()
    {
        if (LatentDim is < 1 or > 4096)
            throw new ArgumentException($"latent-dim is {LatentDim}; it must be between 1 and 4096.");
    }

    /// <summary>
    /// The model with these options, for images of <paramref name="imageShape"/>, its first weights from
    /// <paramref name="rng"/>.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range, or does not go with the images.</exception>
    public abstract GenerativeModel Create(ImageShape imageShape, Device device, Rng rng);

    private protected static void RequirePositive(string name, float value)
    {
        if (!(value > 0 && float.IsFinite(value)))
            throw new ArgumentException($"{name} is {value}; it must be a positive number.");
    }
}
