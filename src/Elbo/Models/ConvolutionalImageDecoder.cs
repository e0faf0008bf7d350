using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// The decoder of <see cref="PlainCnn"/>: two fully connected layers and one that gives a map, then transposed
/// convolutions.
/// </summary>
internal sealed class ConvolutionalImageDecoder : IImageDecoder
{
    private readonly ImageShape _first;
    private readonly Mlp _dense;
    private readonly Sequential _convolutions;

    /// <summary>Parameters <c>name.dense.…</c>, <c>name.conv.…</c> and <c>name.output.…</c>.</summary>
    public ConvolutionalImageDecoder(
        string name,
        int latentDim,
        ImageShape image,
        int dense,
        PixelOutput output,
        float dropout,
        Initializer initializer
    )
    {
        if (dense == 0)
            dense = 3 * latentDim;
        // The encoder's last halving has no counterpart: the first map is a quarter of the image as high and wide.
        var maps = PlainCnn.Maps(image).SkipLast(1).ToArray();
        int[] widths = [PlainCnn.Channels[^1], .. PlainCnn.Channels.SkipLast(1).Reverse()];
        _first = maps[^1] with { Channels = widths[0] };
        _dense = new Mlp(
            $"{name}.dense",
            latentDim,
            [dense, dense, _first.PixelCount],
            [Activation.Relu, Activation.Relu, Activation.Relu],
            dropout,
            initializer
        );
        var layers = new List<ILayer>();
        for (int i = 1; i < widths.Length; i++)
        {
            var to = maps[^(i + 1)];
            layers.Add(
                new ConvTranspose2d(
                    $"{name}.conv.{i - 1}",
                    widths[i - 1],
                    widths[i],
                    PlainCnn.Kernel,
                    PlainCnn.Halving,
                    initializer,
                    Activation.Relu
                )
            );
            // Where halving rounded up, doubling gives a row or column too many.
            layers.Add(new Crop(to.Height, to.Width));
        }
        layers.Add(
            new ConvTranspose2d(
                $"{name}.output",
                widths[^1],
                image.Channels * output.PerPixel,
                PlainCnn.Kernel,
                PlainCnn.Halving with
                {
                    Stride = 1,
                },
                initializer,
                output.Activation
            )
        );
        _convolutions = new(layers);
    }

    public IEnumerable<Parameter> Parameters => [.. _dense.Parameters, .. _convolutions.Parameters];

    public Tensor Paint(Tensor z, ForwardContext context)
    {
        int count = z.Count / z.Shape[-1];
        var map = Ops.Reshape(_dense.Forward(z, context), [count, _first.Height, _first.Width, _first.Channels]);
        var painted = ChannelOrder.ToFirst(_convolutions.Forward(map, context));
        return Ops.Reshape(painted, z.Shape.With(-1, painted.Count / count));
    }
}
