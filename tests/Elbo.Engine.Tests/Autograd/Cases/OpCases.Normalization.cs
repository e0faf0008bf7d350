using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd.Cases;

internal static partial class OpCases
{
    public static IEnumerable<OpCase> Normalization()
    {
        foreach (
            Shape shape in new Shape[]
            {
                [13],
                [3, 13],
                [2, 3, 37],
                [5, 100],
                [2, 784],
                [2, 3, 1, 4, 5],
                [4, 1],
                [0, 3],
                [3, 0],
            }
        )
            yield return LayerNorm(shape, 1e-5f);
        yield return LayerNorm([3, 13], 0.1f);
        yield return LayerNorm([70, 100], 1e-5f) with
        {
            IsLarge = true,
        };

        foreach (bool training in new[] { false, true })
        {
            foreach (int channels in new[] { 1, 3, 16, 17, 70 })
                yield return BatchNorm([7, channels], training);
            foreach (int rows in new[] { 0, 1, 127, 128, 129, 300 })
                yield return BatchNorm([rows, 3], training); // around the 128 rows that are summed as one block
            // Two values become ±1 whatever they were: next to no gradient comes to x, and what does is the rounding of
            // terms of the size of 1.
            yield return BatchNorm([2, 3], training) with
            {
                Floor = 1e-6,
            };
            yield return BatchNorm([2, 3], training, epsilon: 0.5f);
            foreach (var layout in new[] { ImageLayout.ChannelsFirst, ImageLayout.ChannelsLast })
            {
                yield return BatchNorm([2, 3, 4, 5], training, layout: layout);
                yield return BatchNorm([1, 1, 1, 5], training, layout: layout);
                yield return BatchNorm([3, 17, 2, 1], training, layout: layout, activation: Activation.Gelu);
                yield return BatchNorm([4, 17, 9, 20], training, layout: layout, activation: Activation.Elu) with
                {
                    IsLarge = true,
                };
            }
            foreach (var activation in Enum.GetValues<Activation>())
                yield return BatchNorm([6, 5], training, activation: activation, epsilon: 0.1f);
            yield return BatchNorm([300, 70], training, activation: Activation.Tanh) with
            {
                IsLarge = true,
            };
            foreach (int takes in new[] { 0, 1, 2 })
            {
                var whole = BatchNorm([6, 3], training, activation: Activation.Sigmoid);
                yield return whole with
                {
                    Detail = $"{whole.Detail} where only operand {takes} takes a gradient",
                    Operands = [.. whole.Operands.Select((o, i) => o with { RequiresGradient = i == takes })],
                };
            }
        }
    }

    private static OpCase LayerNorm(Shape shape, float epsilon) =>
        new(
            "LayerNorm(Tensor, Tensor, Tensor, Single)",
            $"{shape} ε {epsilon}",
            [new(shape), new([shape[-1]]), new([shape[-1]])],
            (_, t) => Ops.LayerNorm(t[0], t[1], t[2], epsilon),
            d =>
                DoubleTensor.Zip(
                    d[0].MapLines(-1, line => Normalized(line, epsilon)),
                    d[1],
                    d[2],
                    (x, w, b) => x * w + b
                )
        );

    /// <summary>
    /// In training the running statistics are made for each call, since it moves them; else they are operands.
    /// </summary>
    private static OpCase BatchNorm(
        Shape shape,
        bool training,
        float epsilon = 1e-5f,
        Activation activation = Activation.None,
        ImageLayout layout = ImageLayout.ChannelsFirst
    )
    {
        int axis = shape.Rank == 4 && layout == ImageLayout.ChannelsFirst ? 1 : shape.Rank - 1;
        Shape channels = [shape[axis]];
        Operand[] running = training
            ? []
            : [new(channels, RequiresGradient: false), new(channels, 0.2f, 3, RequiresGradient: false)];
        return new(
            "BatchNorm(Tensor, Tensor, Tensor, Tensor, Tensor, Boolean, Single, Single, Activation, ImageLayout)",
            $"{(training ? "in training" : "in use")} {shape} ε {epsilon} {layout} {activation}",
            [new(shape), new(channels), new(channels), .. running],
            (device, t) =>
                Ops.BatchNorm(
                    t[0],
                    t[1],
                    t[2],
                    training ? device.Zeros(channels) : t[3],
                    training ? device.Zeros(channels) : t[4],
                    training,
                    0.1f,
                    epsilon,
                    activation,
                    layout
                ),
            d =>
            {
                var normalized = training
                    ? NormalizedBatch(d[0], axis, epsilon)
                    : DoubleTensor.Of(
                        shape,
                        i => (d[0].At(i) - d[3].Values[i[axis]]) / Math.Sqrt(d[4].Values[i[axis]] + epsilon)
                    );
                return DoubleTensor.Of(
                    shape,
                    i => Activated(normalized.At(i) * d[1].Values[i[axis]] + d[2].Values[i[axis]], activation)
                );
            }
        );
    }

    /// <summary>Every channel with mean 0 and variance 1.</summary>
    private static DoubleTensor NormalizedBatch(DoubleTensor x, int axis, double epsilon)
    {
        var values = Enumerable.Range(0, x.Shape[axis]).Select(_ => new List<double>()).ToArray();
        DoubleTensor.Of(
            x.Shape,
            i =>
            {
                values[i[axis]].Add(x.At(i));
                return 0;
            }
        );
        var normalized = values
            .Select(v => new Queue<double>(v.Count == 0 ? [] : Normalized([.. v], epsilon)))
            .ToArray();
        return DoubleTensor.Of(x.Shape, i => normalized[i[axis]].Dequeue());
    }

    private static double[] Normalized(double[] line, double epsilon)
    {
        double mean = line.Average(),
            variance = line.Average(v => (v - mean) * (v - mean));
        return [.. line.Select(v => (v - mean) / Math.Sqrt(variance + epsilon))];
    }
}
