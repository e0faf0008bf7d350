using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Nn;
using Elbo.Training.Optimizers;

namespace Elbo.Workflows.Evaluating;

/// <summary>
/// A small convolutional classifier, whose last hidden layer is the feature space of Fréchet distances between images.
/// </summary>
/// <remarks>
/// A FID needs the Inception network, which was trained on photographs of 1,000 classes and says little about digits or
/// faces. This classifier is trained on the labelled images of the run, so its features tell their classes apart.
/// Distances in different feature spaces cannot be compared.
/// </remarks>
internal sealed class FeatureClassifier
{
    private const int Batch = 64;
    private const int InferenceBatch = 500;
    private const int Epochs = 4;
    private const float LearningRate = 1e-3f;

    private readonly Device _device;
    private readonly ImageShape _shape;
    private readonly int _classCount;
    private readonly Encoder _network;
    private readonly Linear _classes;
    private readonly ParameterSet _parameters;

    private FeatureClassifier(ImageShape shape, int classes, Device device, Rng rng)
    {
        (_device, _shape, _classCount) = (device, shape, classes);
        _network = new PlainOptions { Dense = 128 }.CreateEncoder("features", shape, Features);
        _classes = new Linear("classes", Features, classes, Initializers.GlorotUniform);
        _parameters = new ParameterSet([.. _network.Parameters, .. _classes.Parameters], device, rng);
    }

    /// <summary>Number of features of an image.</summary>
    public const int Features = 64;

    /// <summary>Trains a classifier with Adam, with the same bits for any number of threads.</summary>
    /// <param name="shape">Shape of the images.</param>
    /// <param name="images">Intensities in [0, 1], (N, pixels).</param>
    /// <param name="labels">N class indices from 0.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="device">Device to train on.</param>
    /// <param name="rng">Random numbers of initial weights and order.</param>
    /// <param name="progress">Receives the completed fraction.</param>
    /// <param name="cancellation">Cancels training.</param>
    public static FeatureClassifier Train(
        ImageShape shape,
        ReadOnlySpan<float> images,
        ReadOnlySpan<int> labels,
        int classes,
        Device device,
        Rng rng,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var result = new FeatureClassifier(shape, classes, device, rng.Fork("weights"));
        var optimizer = new Adam(result._parameters);
        var order = new BatchOrder([.. Enumerable.Range(0, labels.Length)], rng.Fork("order"));
        int batches = order.BatchCount(Batch);
        for (int epoch = 0; epoch < Epochs; epoch++)
        for (int batch = 0; batch < batches; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            result.Step(images, labels, order.Batch(epoch, batch, Batch).Span, optimizer);
            progress?.Report((epoch + ((double)batch / batches)) / Epochs);
        }
        return result;
    }

    /// <summary>The features of images (N, pixels): (N, <see cref="Features"/>), 0 or more.</summary>
    public float[] FeaturesOf(ReadOnlySpan<float> images) => Apply(images, Features, Forward);

    /// <summary>The most probable class of each of (N, pixels) images.</summary>
    public int[] Classify(ReadOnlySpan<float> images)
    {
        float[] logits = Apply(images, _classCount, x => _classes.Forward(Forward(x)));
        return
        [
            .. Enumerable
                .Range(0, logits.Length / _classCount)
                .Select(i => Inference.MostProbable(logits.AsSpan(i * _classCount, _classCount))),
        ];
    }

    private Tensor Forward(Tensor x) => Ops.Relu(_network.Encode(x, Inference.Evaluation).Mean);

    private void Step(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, ReadOnlySpan<int> rows, Optimizer optimizer)
    {
        using var scope = _device.BeginStep();
        int pixels = _shape.PixelCount;
        float[] x = new float[rows.Length * pixels],
            target = new float[rows.Length * _classCount];
        for (int i = 0; i < rows.Length; i++)
        {
            images.Slice(rows[i] * pixels, pixels).CopyTo(x.AsSpan(i * pixels));
            target[(i * _classCount) + labels[rows[i]]] = 1;
        }
        var logits = _classes.Forward(Forward(_device.Tensor(x, [rows.Length, pixels])));
        var likelihood = Ops.Multiply(Ops.LogSoftmax(logits), _device.Tensor(target, [rows.Length, _classCount]));
        _parameters.ClearGradients();
        _device.Tape.Backward(Ops.Affine(Ops.Sum(likelihood), -1f / rows.Length));
        // The heads of the encoder's standard deviation are not used.
        _parameters.ZeroUntouchedGradients();
        optimizer.Step(LearningRate);
    }

    private float[] Apply(ReadOnlySpan<float> images, int width, Func<Tensor, Tensor> function)
    {
        int pixels = _shape.PixelCount,
            count = images.Length / pixels;
        float[] result = new float[count * width];
        using var pause = _device.Tape.Pause();
        for (int start = 0; start < count; start += InferenceBatch)
        {
            using var scope = _device.BeginStep();
            int rows = Math.Min(InferenceBatch, count - start);
            function(_device.Tensor(images.Slice(start * pixels, rows * pixels), [rows, pixels]))
                .CopyTo(result.AsSpan(start * width));
        }
        return result;
    }
}
