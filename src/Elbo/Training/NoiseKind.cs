namespace Elbo.Training;

/// <summary>Noise on an image.</summary>
public enum NoiseKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>Normal noise added to every pixel; results may leave [0, 1].</summary>
    Gaussian,

    /// <summary>Pixels set to 0.</summary>
    Dropout,

    /// <summary>Pixels set to 0 or to 1, either equally often.</summary>
    SaltPepper,
}
