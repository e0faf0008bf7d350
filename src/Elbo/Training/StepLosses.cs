using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models.Objectives;

namespace Elbo.Training;

/// <summary>The loss of a mini-batch and its terms.</summary>
/// <param name="Step">The number that the caller gave it.</param>
/// <param name="Images">Number of images in the mini-batch.</param>
/// <param name="Loss">Mean loss, in nats per image.</param>
/// <param name="Terms">Means of the terms, in nats per image.</param>
internal readonly record struct StepLoss(long Step, int Images, float Loss, (string Name, float Value)[] Terms);

/// <summary>
/// Keeps the losses of steps on a GPU until they are read together. Reading each would make every step wait for the
/// one before it. The processor has computed a loss when the call returns, so it is read at once.
/// </summary>
internal sealed class StepLosses(Device device)
{
    /// <summary>Maximum number of steps that a GPU keeps.</summary>
    public const int Most = 64;

    private readonly List<(long Step, int Images, string[] Names, float[]? Values)> _steps = [];
    private Tensor? _rows;
    private int _width;

    /// <summary>Whether the losses must be read before the next step.</summary>
    public bool IsFull => device.IsProcessor ? _steps.Count > 0 : _steps.Count == Most;

    /// <summary>Allocates what must outlive the next step. Call it before the step begins.</summary>
    public void Reserve()
    {
        if (!device.IsProcessor && _steps.Count == 0 && _width > 0 && _rows?.Shape[1] != _width)
            _rows = device.Zeros([Most, _width]);
    }

    /// <summary>Adds the loss of a step, within it.</summary>
    /// <param name="terms">The loss and its terms. The first of their number are read at once.</param>
    /// <param name="images">Number of images in the mini-batch.</param>
    /// <param name="step">Number of the step, which <see cref="Take"/> returns.</param>
    public void Add(LossTerms terms, int images, long step)
    {
        _width = terms.Terms.Length + 1;
        string[] names = Array.ConvertAll(terms.Terms, term => term.Name);
        if (_rows?.Shape[1] != _width)
        {
            float[] values = [terms.Loss.ToScalar(), .. terms.Terms.Select(term => term.Value.ToScalar())];
            _steps.Add((step, images, names, values));
            return;
        }
        using var pause = device.Tape.Pause();
        Tensor[] row = [Ops.Reshape(terms.Loss, [1]), .. terms.Terms.Select(term => Ops.Reshape(term.Value, [1]))];
        _rows.View(_steps.Count * _width, [_width]).CopyFrom(Ops.Concat(0, row));
        _steps.Add((step, images, names, null));
    }

    /// <summary>Reads and removes the losses, in the order of the steps.</summary>
    public IReadOnlyList<StepLoss> Take()
    {
        var result = new StepLoss[_steps.Count];
        float[]? rows = _steps.Exists(step => step.Values is null) ? _rows!.ToArray() : null;
        for (int i = 0; i < result.Length; i++)
        {
            var (step, images, names, values) = _steps[i];
            values ??= rows.AsSpan(i * (names.Length + 1), names.Length + 1).ToArray();
            result[i] = new StepLoss(step, images, values[0], [.. names.Zip(values.Skip(1))]);
        }
        _steps.Clear();
        return result;
    }

    /// <summary>Removes the losses without reading them.</summary>
    public void Clear() => _steps.Clear();
}
