namespace Elbo.Workflows;

/// <summary>Which weights of a run are used.</summary>
public enum RunWeights
{
    /// <summary>
    /// Those of <c>model.safetensors</c>: of the last epoch, or of the best one where early stopping was on.
    /// </summary>
    Final,

    /// <summary>Those of the epoch with the lowest validation loss.</summary>
    Best,

    /// <summary>Those of the newest checkpoint.</summary>
    Last,
}
