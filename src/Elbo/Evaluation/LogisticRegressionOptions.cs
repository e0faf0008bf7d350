namespace Elbo.Evaluation;

/// <summary>Options of <see cref="LogisticRegression"/>.</summary>
public sealed record LogisticRegressionOptions
{
    /// <summary>λ, the weight of half the squared norm of the weights beside the sum of losses; default 1.</summary>
    public double Penalty { get; init; } = 1;

    /// <summary>The fit ends when no entry of the gradient is larger; default 10⁻⁴, as scikit-learn's.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Steps at most; default 1000.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        if (!(Penalty > 0 && double.IsFinite(Penalty)))
            throw new ArgumentException($"penalty is {Penalty}; it must be a positive number.");
        if (!(Tolerance > 0 && double.IsFinite(Tolerance)))
            throw new ArgumentException($"tolerance is {Tolerance}; it must be a positive number.");
        if (Steps < 0)
            throw new ArgumentException($"steps is {Steps}; it must be 0 or more.");
    }
}
