using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Training.Optimizers;

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
