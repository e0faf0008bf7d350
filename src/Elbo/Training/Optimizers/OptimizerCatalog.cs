namespace Elbo.Training.Optimizers;

/// <summary>Every optimiser known by name.</summary>
public static class OptimizerCatalog
{
    private const float UsualMomentum = 0.9f;

    /// <summary>All optimisers; the first is the default.</summary>
    public static IReadOnlyList<OptimizerEntry> All { get; } =
    [
        new("adam", "Adam: steps scaled by running moments of the gradient", parameters => new Adam(parameters)),
        new("adamw", "Adam with decoupled weight decay of 0.01", parameters => new AdamW(parameters)),
        new("amsgrad", "Adam whose second moment never shrinks", parameters => new AmsGrad(parameters)),
        new("adamax", "Adam with the infinity norm", parameters => new Adamax(parameters)),
        new("rmsprop", "gradient divided by its running root mean square", parameters => new RmsProp(parameters)),
        new("sgd", "plain stochastic gradient descent", parameters => new Sgd(parameters)),
        new(
            "momentum",
            "gradient descent with momentum 0.9",
            parameters => new Sgd(parameters, new SgdOptions { Momentum = UsualMomentum })
        ),
        new(
            "nesterov",
            "gradient descent with Nesterov's momentum 0.9",
            parameters => new Sgd(parameters, new SgdOptions { Momentum = UsualMomentum, Nesterov = true })
        ),
    ];

    /// <summary>The optimiser called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static OptimizerEntry Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw NearestName.Unknown("optimizer", name, [.. All.Select(entry => entry.Name)]);
    }
}
