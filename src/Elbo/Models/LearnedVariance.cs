using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// The variance σ² of all pixels that maximises the likelihood: in training, the mean squared error of the mini-batch.
/// Its running mean is saved with the model and used for everything else, so that the likelihood of a single image is
/// defined.
/// </summary>
/// <remarks>
/// Rybkin, Daniilidis and Levine 2021, "Simple and effective VAE training with calibrated decoders", the
/// optimal σ-VAE. It needs no learning rate of its own, while a trained log σ moves by one learning rate per step: a
/// run of few steps would end long before σ is small enough.
/// </remarks>
/// <param name="name">Prefix of the buffer's name.</param>
internal sealed class LearnedVariance(string name) : IModule
{
    /// <summary>Minimum variance: a standard deviation of 0.001, a quarter of a grey level.</summary>
    public const float Least = 1e-6f;

    /// <summary>Number of steps after which the running mean becomes exponential.</summary>
    private const int Steps = 10;

    /// <summary>σ² and the number of steps in its running mean, which ends at <see cref="Steps"/>.</summary>
    private readonly BufferTensor _running = new($"{name}.variance", [2], 0);

    /// <inheritdoc/>
    public IEnumerable<BufferTensor> Buffers => [_running];

    /// <summary>The running mean of σ²; 1 before the first step.</summary>
    public float Value => _running.Value.Read() is [var variance, > 0] ? variance : 1;

    /// <summary>
    /// p(x|z) with the best variance for images <paramref name="x"/> (N, D) and means (N, D). Updates the running mean.
    /// </summary>
    /// <remarks>
    /// The variance can be a constant for differentiation: at its optimum, the derivative of the loss by it is 0.
    /// </remarks>
    public ILikelihood Fit(Tensor mean, Tensor x)
    {
        using var pause = mean.Device.Tape.Pause();
        var errors = Ops.Mean(Ops.SquaredError(mean, x));
        if (!mean.Device.IsProcessor)
            return FitThere(mean, Ops.Affine(errors, 1f / mean.Shape[-1]));
        float error = errors.ToScalar() / mean.Shape[-1];
        if (float.IsFinite(error))
            Update(Math.Max(error, Least));
        // Means that are not finite make the loss so, which ends training.
        return new SharedVarianceLikelihood(mean, float.IsFinite(error) ? Math.Max(error, Least) : Value);
    }

    private void Update(float variance) =>
        _running.Value.Edit(running =>
        {
            running[1] = Math.Min(running[1] + 1, Steps);
            running[0] += (variance - running[0]) / running[1];
        });

    /// <summary>The same from the mean squared error on a GPU, without waiting for it.</summary>
    private GaussianLikelihood FitThere(Tensor mean, Tensor error)
    {
        var variance = Ops.Reshape(Ops.Clamp(error, Least, float.MaxValue), [1]);
        var before = Ops.Slice(_running.Value, 0, 0, 1);
        var steps = Ops.Clamp(Ops.Affine(Ops.Slice(_running.Value, 0, 1, 1), 1, 1), 1, Steps);
        var running = Ops.Add(before, Ops.Divide(Ops.Subtract(variance, before), steps));
        _running.Value.CopyFrom(Ops.Concat(0, running, steps));
        return new GaussianLikelihood(mean, Ops.BroadcastTo(Ops.Sqrt(variance), [mean.Shape[-1]]));
    }
}
