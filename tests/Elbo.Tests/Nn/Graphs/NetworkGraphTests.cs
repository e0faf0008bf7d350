using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;
using Elbo.Nn.Graphs;

namespace Elbo.Tests.Nn.Graphs;

/// <summary>Graphs permute weights where layers flatten maps, and say where they cannot.</summary>
public sealed class NetworkGraphTests : IDisposable
{
    private readonly Device _device = new(new DeviceOptions { Threads = 1 });
    private readonly NetworkGraph _graph = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void A_layer_after_flattened_maps_has_its_columns_in_the_order_of_channels_first()
    {
        // Two channels of 1×3 pixels: (H, W, C) is 0 3 1 4 2 5 in the order of (C, H, W).
        var layer = Placed(new Linear("layer", 6, 1, (value, _, _) => Count(value)));
        var flat = _graph.Flatten(_graph.Input("maps", [2, 1, 3]), ImageLayout.ChannelsLast);
        var node = Assert.IsType<LinearNode>(_graph.Apply(layer, flat));
        Assert.Equal([0f, 2, 4, 1, 3, 5], node.Weight.ToArray());
        node.Weight.Write([0, 1, 2, 3, 4, 5]);
        Assert.Equal([0f, 3, 1, 4, 2, 5], layer.Parameters.First().Value.ToArray());
    }

    [Fact]
    public void A_layer_before_maps_outputs_its_rows_in_the_order_of_channels_first()
    {
        var layer = Placed(new Linear("layer", 1, 6, (value, _, _) => Count(value), Activation.Relu));
        var z = _graph.Input("z", [1]);
        _graph.Output("maps", _graph.Unflatten(_graph.Apply(layer, z), [2, 1, 3], ImageLayout.ChannelsLast));
        Assert.Equal([0f, 2, 4, 1, 3, 5], _graph.Nodes.OfType<LinearNode>().Single().Weight.ToArray());
    }

    [Fact]
    public void Features_that_cannot_be_permuted_are_refused()
    {
        var flat = _graph.Flatten(_graph.Input("maps", [2, 1, 3]), ImageLayout.ChannelsLast);
        Assert.Contains(
            "need a fully connected layer",
            Assert.Throws<InvalidOperationException>(() => _graph.Slice(flat, 0, 1)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "must come from a fully connected layer",
            Assert
                .Throws<InvalidOperationException>(() =>
                    _graph.Unflatten(_graph.Input("z", [6]), [2, 1, 3], ImageLayout.ChannelsLast)
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Nodes_are_those_that_the_outputs_need()
    {
        var x = _graph.Input("x", [3]);
        var wanted = _graph.Affine(x, 2);
        _graph.Map(x, GraphFunction.Exp);
        _graph.Output("y", wanted);
        Assert.Equal([x, wanted], _graph.Nodes);
    }

    private Linear Placed(Linear layer)
    {
        _ = new ParameterSet(layer.Parameters, _device, new Rng(1));
        return layer;
    }

    private static void Count(Tensor value)
    {
        var span = value.AsSpan();
        for (int i = 0; i < span.Length; i++)
            span[i] = i;
    }
}
