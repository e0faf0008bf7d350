using Elbo.Engine;
using Elbo.Formats;
using Elbo.Nn;
using Elbo.Training.Optimizers;

namespace Elbo.Training;

/// <summary>A run at one instant: the model's tensors, the optimiser's, and the counters.</summary>
public sealed class Checkpoint
{
    internal Checkpoint(
        string origin,
        IReadOnlyList<SafetensorsTensor> model,
        IReadOnlyList<SafetensorsTensor> optimizer,
        long optimizerSteps,
        TrainingState state
    ) => (Origin, Model, Optimizer, OptimizerSteps, State) = (origin, model, optimizer, optimizerSteps, state);

    /// <summary>The file it was read from, or a word for the running training.</summary>
    public string Origin { get; }

    /// <summary>Parameters and buffers, by name.</summary>
    public IReadOnlyList<SafetensorsTensor> Model { get; }

    /// <summary>What the optimiser remembers, by name.</summary>
    public IReadOnlyList<SafetensorsTensor> Optimizer { get; }

    /// <summary>Steps the optimiser has done.</summary>
    public long OptimizerSteps { get; }

    /// <summary>How far the run has come.</summary>
    public TrainingState State { get; }

    /// <summary>A checkpoint of what is running. Nothing is copied: save it before the next step.</summary>
    /// <param name="optimizer">The optimiser, which knows the parameters.</param>
    /// <param name="state">How far the run has come.</param>
    /// <param name="buffers">Tensors of the model that are not trained but needed, such as running means; null for
    /// none.</param>
    public static Checkpoint Of(
        Optimizer optimizer,
        TrainingState state,
        IReadOnlyList<(string Name, Tensor Value)>? buffers = null
    )
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(state);
        return new Checkpoint(
            "the running training",
            Named(ModelTensors(optimizer.Parameters, buffers)),
            Named(optimizer.State),
            optimizer.Steps,
            state
        );
    }

    /// <summary>
    /// Gives parameters, buffers and optimiser the values saved, to the bit. Where anything does not fit, nothing is
    /// changed.
    /// </summary>
    /// <exception cref="InvalidDataException">The checkpoint is of another model or optimiser; the message names the
    /// first tensor that does not fit.</exception>
    public void Restore(Optimizer optimizer, IReadOnlyList<(string Name, Tensor Value)>? buffers = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var model = Fit("model", Model, ModelTensors(optimizer.Parameters, buffers));
        var memory = Fit($"optimizer ({optimizer.GetType().Name})", Optimizer, optimizer.State);
        Copy(model);
        Copy(memory);
        optimizer.RestoreSteps(OptimizerSteps);
    }

    /// <summary>Gives parameters and buffers the values saved, as for evaluation.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is of another model; the message names the first tensor
    /// that does not fit.</exception>
    public void RestoreModel(ParameterSet parameters, IReadOnlyList<(string Name, Tensor Value)>? buffers = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Copy(Fit("model", Model, ModelTensors(parameters, buffers)));
    }

    private static IReadOnlyList<(string Name, Tensor Value)> ModelTensors(
        ParameterSet parameters,
        IReadOnlyList<(string Name, Tensor Value)>? buffers
    ) => [.. parameters.All.Select(parameter => (parameter.Name, parameter.Value)), .. buffers ?? []];

    private static IReadOnlyList<SafetensorsTensor> Named(IReadOnlyList<(string Name, Tensor Value)> tensors) =>
        [.. tensors.Select(tensor => new SafetensorsTensor(tensor.Name, tensor.Value))];

    private List<(SafetensorsTensor Saved, Tensor Target)> Fit(
        string owner,
        IReadOnlyList<SafetensorsTensor> saved,
        IReadOnlyList<(string Name, Tensor Value)> targets
    )
    {
        var left = saved.ToDictionary(tensor => tensor.Name);
        var pairs = new List<(SafetensorsTensor, Tensor)>();
        foreach (var (name, target) in targets)
        {
            if (!left.Remove(name, out var tensor))
                throw new InvalidDataException(
                    $"{Origin} has no '{name}', which the {owner} needs with shape {target.Shape}; it is a "
                        + "checkpoint of another run."
                );
            if (tensor.Shape != target.Shape)
                throw new InvalidDataException(
                    $"{Origin} has '{name}' with shape {tensor.Shape}; the {owner} needs {target.Shape}."
                );
            pairs.Add((tensor, target));
        }
        return saved.FirstOrDefault(tensor => left.ContainsKey(tensor.Name)) is { } unknown
            ? throw new InvalidDataException(
                $"{Origin} has '{unknown.Name}', which the {owner} does not have; it is a checkpoint of another run."
            )
            : pairs;
    }

    private static void Copy(List<(SafetensorsTensor Saved, Tensor Target)> pairs)
    {
        foreach (var (saved, target) in pairs)
            saved.Values.CopyTo(target.AsSpan());
    }
}
