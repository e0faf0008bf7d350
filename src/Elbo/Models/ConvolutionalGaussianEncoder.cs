using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// The encoder of <see cref="PlainCnn"/>: convolutions, a fully connected layer, then for mean and variance a hidden
/// layer each.
/// </summary>
internal sealed class ConvolutionalGaussianEncoder : IGaussianEncoder
{
    private readonly ImageShape _image;
    private readonly Sequential _convolutions;
    private readonly Mlp _dense;
    private readonly DenseGaussianEncoder _heads;

    /// <summary>
    /// Parameters <c>name.conv.…</c>, <c>name.dense.…</c>, <c>name.mean.…</c> and <c>name.variance.…</c>.
    /// </summary>
    public ConvolutionalGaussianEncoder(
        string name,
        ImageShape image,
        int dense,
        int outputs,
        float dropout,
        Initializer initializer
    )
    {
        _image = image;
        if (dense == 0)
            dense = 2 * outputs;
        var maps = PlainCnn.Maps(image);
        _convolutions = new([
            .. PlainCnn.Channels.Select(
                (to, i) =>
                    new Conv2d(
                        $"{name}.conv.{i}",
                        maps[i].Channels,
                        to,
                        PlainCnn.Kernel,
                        PlainCnn.Halving,
                        initializer,
                        Activation.Relu
                    )
            ),
        ]);
        _dense = new Mlp($"{name}.dense", maps[^1].PixelCount, [dense], [Activation.Relu], dropout, initializer);
        _heads = new DenseGaussianEncoder(name, dense, [dense], [Activation.Relu], outputs, dropout, initializer);
    }

    public IEnumerable<Parameter> Parameters =>
        [.. _convolutions.Parameters, .. _dense.Parameters, .. _heads.Parameters];

    public DiagonalGaussian Encode(Tensor x, ForwardContext context)
    {
        int count = x.Count / _image.PixelCount;
        var map = _convolutions.Forward(
            ChannelOrder.ToLast(Ops.Reshape(x, [count, _image.Channels, _image.Height, _image.Width])),
            context
        );
        return _heads.Encode(_dense.Forward(Ops.Reshape(map, x.Shape.With(-1, map.Count / count)), context), context);
    }
}
