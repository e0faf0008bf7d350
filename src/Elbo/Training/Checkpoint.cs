using Elbo.Engine;
using Elbo.Formats;
using Elbo.Nn;
using Elbo.Training.Optimizers;

namespace Elbo.Training;

/// <summary>The state of a training run: tensors of the model and the optimiser, and the counters.</summary>
public sealed class Checkpoint
{
    internal Checkpoint(
        string origin,
        IReadOnlyList<SafetensorsTensor> model,
        IReadOnlyList<SafetensorsTensor> optimizer,
        long optimizerSteps,
        TrainingState state
    ) => (Origin, Model, Optimizer, OptimizerSteps, State) = (origin, model, optimizer, optimizerSteps, state);

    /// <summary>
    /// The path of the file that the checkpoint was read from, or a description of the running training.
    /// </summary>
    public string Origin { get; }

    /// <summary>Parameters and buffers of the model, by name.</summary>
    public IReadOnlyList<SafetensorsTensor> Model { get; }

    /// <summary>State tensors of the optimiser, by name.</summary>
    public IReadOnlyList<SafetensorsTensor> Optimizer { get; }

    /// <summary>Number of completed optimiser steps.</summary>
    public long OptimizerSteps { get; }

    /// <summary>Counters and states of the training loop.</summary>
    public TrainingState State { get; }

    /// <summary>
    /// Creates a checkpoint of a running training. Nothing is copied, so save it before the next step.
    /// </summary>
    /// <param name="optimizer">The optimiser with the parameters.</param>
    /// <param name="state">Counters and states of the training loop.</param>
    /// <param name="buffers">Tensors of the model that are not trained, such as running means; null for none.</param>
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
    /// Restores parameters, buffers and optimiser state bit for bit. If anything does not match, nothing is changed.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The checkpoint belongs to another model or optimiser. The message names the first tensor that does not match.
    /// </exception>
    public void Restore(Optimizer optimizer, IReadOnlyList<(string Name, Tensor Value)>? buffers = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var model = Fit("model", Model, ModelTensors(optimizer.Parameters, buffers));
        var memory = Fit($"optimizer ({optimizer.GetType().Name})", Optimizer, optimizer.State);
        Copy(model);
        Copy(memory);
        optimizer.RestoreSteps(OptimizerSteps);
    }

    /// <summary>Restores parameters and buffers only, for evaluation.</summary>
    /// <exception cref="InvalidDataException">
    /// The checkpoint belongs to another model. The message names the first tensor that does not match.
    /// </exception>
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
            target.CopyFrom(saved.Values);
    }
}
