using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Operators;

namespace Elbo.Engine.Autograd;

public static partial class Ops
{
    /// <summary>
    /// Layer normalisation: (x − mean) / √(variance + ε) over the last dimension, times <paramref name="weight"/> plus
    /// <paramref name="bias"/>, each of shape (D).
    /// </summary>
    /// <remarks>Ba, Kiros and Hinton 2016; ε as in torch.nn.LayerNorm.</remarks>
    /// <exception cref="ArgumentException">
    /// The weight or the bias is not as long as the last dimension, or ε is negative or not finite.
    /// </exception>
    public static Tensor LayerNorm(Tensor x, Tensor weight, Tensor bias, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        RequireEpsilon(epsilon);
        int width = x.Shape[-1];
        Shape row = [width];
        if (weight.Shape != row || bias.Shape != row)
            throw new ArgumentException(
                $"got weight {weight.Shape} and bias {bias.Shape} with x {x.Shape}; LayerNorm needs ({width}) each.",
                nameof(weight)
            );
        return Add(Multiply(Normalize(x, width, epsilon), weight), bias);
    }

    private static void RequireEpsilon(float epsilon)
    {
        if (!(epsilon >= 0 && float.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(
                nameof(epsilon),
                epsilon,
                "what is added to a variance is a finite number, 0 or more."
            );
    }

    private static Tensor Normalize(Tensor x, int width, float epsilon)
    {
        var y = x.Device.Uninitialized(x.Shape);
        var inverseDeviation = x.Device.Uninitialized(x.Shape.Without(-1));
        LayerNormKernels.Normalize(x, y, inverseDeviation, width, epsilon);
        if (!x.Device.Tape.Records(x))
            return y;
        return x.Device.Tape.Record(
            y,
            () =>
            {
                if (GradientTarget.TryOpen(x, out var dx))
                    LayerNormKernels.Gradient(y, inverseDeviation, y.Gradient!, dx, width);
            }
        );
    }

    /// <summary>
    /// Batch normalisation: activation((x − mean) / √(variance + ε)·weight + bias) per channel. Training uses the
    /// statistics of the batch, evaluation the running statistics.
    /// </summary>
    /// <param name="x">
    /// (N, C), or images (N, C, H, W); with <see cref="ImageLayout.ChannelsLast"/> (N, H, W, C).
    /// </param>
    /// <param name="weight">Scale per channel, (C).</param>
    /// <param name="bias">Shift per channel, (C).</param>
    /// <param name="runningMean">
    /// Moving average of batch means, (C). Training updates it with weight <paramref name="momentum"/>.
    /// </param>
    /// <param name="runningVariance">
    /// Moving average of unbiased batch variances, (C), updated in the same way. A batch with one value per channel has
    /// no unbiased variance and does not change it.
    /// </param>
    /// <param name="training">Whether to normalise by the batch's statistics and update the running ones.</param>
    /// <param name="momentum">Weight of the current batch in the running statistics.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="activation">Applied to the result.</param>
    /// <param name="layout">Memory layout of images.</param>
    /// <remarks>Ioffe and Szegedy 2015; defaults of torch.nn.BatchNorm2d.</remarks>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit together, or momentum or ε is out of range.
    /// </exception>
    public static Tensor BatchNorm(
        Tensor x,
        Tensor weight,
        Tensor bias,
        Tensor runningMean,
        Tensor runningVariance,
        bool training,
        float momentum = 0.1f,
        float epsilon = 1e-5f,
        Activation activation = Activation.None,
        ImageLayout layout = ImageLayout.ChannelsFirst
    )
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        ArgumentNullException.ThrowIfNull(runningMean);
        ArgumentNullException.ThrowIfNull(runningVariance);
        RequireEpsilon(epsilon);
        if (!(momentum is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "a momentum lies between 0 and 1.");
        if (x.Shape.Rank is not (2 or 4))
            throw new ArgumentException(
                $"x is {x.Shape}; BatchNorm needs (N, C) or images of four dimensions.",
                nameof(x)
            );
        if (layout is not (ImageLayout.ChannelsFirst or ImageLayout.ChannelsLast))
            throw new ArgumentException($"'{layout}' is not a known layout.", nameof(layout));
        bool rearranges = x.Shape.Rank == 4 && layout == ImageLayout.ChannelsFirst;
        Shape channels = [x.Shape[rearranges ? 1 : -1]];
        RequireChannels("weight", weight);
        RequireChannels("bias", bias);
        RequireChannels("running mean", runningMean);
        RequireChannels("running variance", runningVariance);
        if (rearranges)
            return ChannelsFirst(
                BatchNorm(
                    ChannelsLast(x),
                    weight,
                    bias,
                    runningMean,
                    runningVariance,
                    training,
                    momentum,
                    epsilon,
                    activation,
                    ImageLayout.ChannelsLast
                )
            );
        if (channels.Count == 0)
            return x;
        var (mean, variance) = (runningMean, runningVariance);
        if (training && x.Count > 0)
        {
            (mean, variance) = (x.Device.Uninitialized(channels), x.Device.Uninitialized(channels));
            BatchNormKernels.Moments(x, mean, variance, runningMean, runningVariance, momentum);
        }
        return Fuse(new BatchNormOperation(x, weight, bias, mean, variance, training, epsilon), activation);

        void RequireChannels(string name, Tensor tensor)
        {
            if (tensor.Shape != channels)
                throw new ArgumentException(
                    $"the {name} has shape {tensor.Shape} and x {x.Shape}; BatchNorm needs {channels}.",
                    nameof(x)
                );
        }
    }

    private readonly struct BatchNormOperation(
        Tensor x,
        Tensor weight,
        Tensor bias,
        Tensor mean,
        Tensor variance,
        bool training,
        float epsilon
    ) : IFusable
    {
        private readonly Tensor _x = x,
            _weight = weight,
            _bias = bias,
            _mean = mean,
            _variance = variance;
        private readonly bool _training = training;
        private readonly float _epsilon = epsilon;

        public Tensor Run<TOp>(TOp activation)
            where TOp : unmanaged, IUnary
        {
            var (x, weight, bias) = (_x, _weight, _bias); // a closure cannot capture this
            var (mean, variance, training, epsilon) = (_mean, _variance, _training, _epsilon);
            var y = x.Device.Uninitialized(x.Shape);
            BatchNormKernels.Apply(activation, Statistics(), x, y);
            if (!x.Device.Tape.Records(x, weight, bias))
                return y;
            return x.Device.Tape.Record(
                y,
                () =>
                {
                    var (sum, dot) = (x.Device.Uninitialized(mean.Shape), x.Device.Uninitialized(mean.Shape));
                    BatchNormKernels.GradientSums(activation, Statistics(), x, y.Gradient!, sum, dot);
                    if (GradientTarget.TryOpen(weight, out var dw))
                        MapKernels.Accumulate(dot, dw);
                    if (GradientTarget.TryOpen(bias, out var db))
                        MapKernels.Accumulate(sum, db);
                    if (GradientTarget.TryOpen(x, out var dx))
                        BatchNormKernels.Gradient(
                            activation,
                            Statistics(),
                            x,
                            y.Gradient!,
                            training ? sum : null,
                            training ? dot : null,
                            dx
                        );
                }
            );

            BatchNormKernels.Columns Statistics() => BatchNormKernels.Columns.Of(mean, variance, weight, bias, epsilon);
        }
    }
}
