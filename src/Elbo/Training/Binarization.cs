namespace Elbo.Training;

/// <summary>How grey images become black and white.</summary>
public enum Binarization
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>1 where the intensity is at least one half.</summary>
    Threshold,

    /// <summary>1 with the intensity as probability, drawn anew each time (Salakhutdinov and Murray 2008).</summary>
    Dynamic,
}
