using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Training.Optimizers;

/// <summary>All optimisers by name.</summary>
public static class OptimizerCatalog
{
    private const float UsualMomentum = 0.9f;

    /// <summary>All optimisers; the first is the default.</summary>
    public static IReadOnlyList<OptimizerEntry> All { get; } =
    [
        new("adam", "Adam: steps scaled by running moments of the gradient", new AdamOptions()),
        new("adamw", "Adam with decoupled weight decay of 0.01", AdamOptions.AdamW),
        new("amsgrad", "Adam whose second moment never shrinks", new AdamOptions { AmsGrad = true }),
        new("adamax", "Adam with the infinity norm", new AdamaxOptions()),
        new("rmsprop", "gradient divided by its running root mean square", new RmsPropOptions()),
        new("sgd", "plain stochastic gradient descent", new SgdOptions()),
        new("momentum", "gradient descent with momentum 0.9", new SgdOptions { Momentum = UsualMomentum }),
        new(
            "nesterov",
            "gradient descent with Nesterov's momentum 0.9",
            new SgdOptions { Momentum = UsualMomentum, Nesterov = true }
        ),
    ];

    /// <summary>Returns the optimiser called <paramref name="name"/>, ignoring case.</summary>
    /// <exception cref="ArgumentException">The name is unknown. The message lists the known ones.</exception>
    public static OptimizerEntry Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw NearestName.Unknown("optimizer", name, [.. All.Select(entry => entry.Name)]);
    }
}

/// <summary>An optimiser in the catalog.</summary>
/// <param name="Name">Name on the command line.</param>
/// <param name="Description">Description in one line.</param>
/// <param name="Options">The optimiser's options under this name.</param>
public sealed record OptimizerEntry(string Name, string Description, OptimizerOptions Options);

/// <summary>Options of an optimiser, and its factory.</summary>
public abstract record OptimizerOptions
{
    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public abstract void Validate();

    /// <summary>Creates the optimiser for <paramref name="parameters"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public abstract Optimizer Create(ParameterSet parameters);
}

/// <summary>Updates parameters from their gradients, all in one pass.</summary>
/// <remarks>Create it outside a <see cref="Device.BeginStep"/> scope, because its state outlives the steps.</remarks>
public abstract class Optimizer
{
    private readonly List<(string Name, Tensor Value)> _state = [];

    /// <summary>Creates an optimiser for <paramref name="parameters"/>.</summary>
    protected Optimizer(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
    }

    /// <summary>The parameters to update.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Number of completed steps.</summary>
    public long Steps { get; private set; }

    /// <summary>The state besides <see cref="Steps"/>, by names such as <c>first_moment.encoder.0.weight</c>.</summary>
    /// <remarks>
    /// The tensors are views of the memory in use. Writing to them restores a saved state bit for bit.
    /// </remarks>
    public IReadOnlyList<(string Name, Tensor Value)> State => _state;

    /// <summary>Updates the parameters by one step from <see cref="ParameterSet.Gradients"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is negative or not finite.</exception>
    public void Step(float learningRate)
    {
        if (!(learningRate >= 0 && float.IsFinite(learningRate)))
            throw new ArgumentOutOfRangeException(
                nameof(learningRate),
                learningRate,
                "a learning rate must be a finite number, 0 or more."
            );
        Steps++;
        Update(learningRate);
    }

    /// <summary>Sets the number of completed steps, as part of restoring a saved state.</summary>
    public void RestoreSteps(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Steps = steps;
    }

    /// <summary>Applies the update rule. <see cref="Steps"/> already includes this step.</summary>
    protected abstract void Update(float learningRate);

    /// <summary>Allocates one state value per parameter, initially 0, as part of <see cref="State"/>.</summary>
    protected Tensor AddState(string name)
    {
        var flat = Parameters.Values.Device.Zeros(Parameters.Values.Shape);
        var parts = Parameters.Split(flat);
        for (int i = 0; i < parts.Count; i++)
            _state.Add(($"{name}.{Parameters.All[i].Name}", parts[i]));
        return flat;
    }
}
