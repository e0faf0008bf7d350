using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Training.Optimizers;

/// <summary>Every optimiser known by name.</summary>
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

    /// <summary>The optimiser called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static OptimizerEntry Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw NearestName.Unknown("optimizer", name, [.. All.Select(entry => entry.Name)]);
    }
}

/// <summary>An optimiser as users choose it.</summary>
/// <param name="Name">As typed on the command line.</param>
/// <param name="Description">One line.</param>
/// <param name="Options">What it is, with the options it has under this name.</param>
public sealed record OptimizerEntry(string Name, string Description, OptimizerOptions Options);

/// <summary>Options of an optimiser, which create it.</summary>
public abstract record OptimizerOptions
{
    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public abstract void Validate();

    /// <summary>The optimiser of <paramref name="parameters"/> with these options.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public abstract Optimizer Create(ParameterSet parameters);
}

/// <summary>Moves parameters against their gradients, all of them in one pass.</summary>
/// <remarks>Made outside a <see cref="Device.BeginStep"/> scope: its state has to outlive the steps.</remarks>
public abstract class Optimizer
{
    private readonly List<(string Name, Tensor Value)> _state = [];

    /// <summary>An optimiser of <paramref name="parameters"/>.</summary>
    protected Optimizer(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
    }

    /// <summary>What it moves.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Steps done so far.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// All it remembers besides <see cref="Steps"/>, by names like <c>first_moment.encoder.0.weight</c>.
    /// </summary>
    /// <remarks>
    /// The tensors are views of the memory in use: writing to them restores a saved state to the bit.
    /// </remarks>
    public IReadOnlyList<(string Name, Tensor Value)> State => _state;

    /// <summary>Moves the parameters by one step along <see cref="ParameterSet.Gradients"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not a finite number.</exception>
    public void Step(float learningRate)
    {
        if (!(learningRate >= 0 && float.IsFinite(learningRate)))
            throw new ArgumentOutOfRangeException(
                nameof(learningRate),
                learningRate,
                "a learning rate has to be a finite number, 0 or more."
            );
        Steps++;
        Update(learningRate);
    }

    /// <summary>Counts on from <paramref name="steps"/>, as part of restoring a saved state.</summary>
    public void RestoreSteps(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Steps = steps;
    }

    /// <summary>Applies the rule; <see cref="Steps"/> counts this step already.</summary>
    protected abstract void Update(float learningRate);

    /// <summary>Room for one number per parameter, zeros at first, that is part of <see cref="State"/>.</summary>
    protected Tensor AddState(string name)
    {
        var flat = Parameters.Values.Device.Zeros(Parameters.Values.Shape);
        var parts = Parameters.Split(flat);
        for (int i = 0; i < parts.Count; i++)
            _state.Add(($"{name}.{Parameters.All[i].Name}", parts[i]));
        return flat;
    }
}
