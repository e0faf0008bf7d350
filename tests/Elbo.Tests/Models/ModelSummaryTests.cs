using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Models;

/// <summary>The layers of models, with shapes and parameters.</summary>
public sealed class ModelSummaryTests : IDisposable
{
    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public static TheoryData<string> Models => [.. ModelCatalog.All.Select(entry => entry.Name)];

    public void Dispose() => _device.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void The_layers_have_all_parameters_of_the_model(string name)
    {
        var model = Create(ModelCatalog.Get(name).Read([]), new ImageShape(1, 28, 20));
        var summary = ModelSummary.Of(model);
        Assert.Equal(model.Parameters.Count, summary.Parameters);
        Assert.Equal(summary.Parameters, summary.Parts.Sum(part => part.Layers.Sum(layer => layer.Parameters)));
        Assert.DoesNotContain(summary.Parts, part => part.Title == "other");
        var named = summary.Parts.SelectMany(part => part.Layers).Where(layer => layer.Parameters > 0).ToArray();
        Assert.Equal(named.Length, named.Select(layer => layer.Name).Distinct().Count());
    }

    [Fact]
    public void Convolutions_have_the_shapes_of_the_published_networks()
    {
        Assert.Equal(
            ["64×14×14", "128×7×7", "128×7×7", "1024", "1024", "2", "2"],
            Outputs(new CnnVaeOptions(), new ImageShape(1, 28, 28), part: 0)
        );
        Assert.Equal(
            ["1024", "1024", "6272", "6272", "64×14×14", "64×14×14", "1×28×28"],
            Outputs(new CnnVaeOptions(), new ImageShape(1, 28, 28), part: 1)
        );
        Assert.Equal(
            ["64×16×16", "128×8×8", "128×8×8", "256×4×4", "256×4×4", "2", "2"],
            Outputs(new CnnVaeOptions(), new ImageShape(3, 32, 32), part: 0)
        );
        Assert.Equal(
            ["1792", "1792", "256×4×4", "256×4×4", "128×8×8", "64×16×16", "3×32×32"],
            Outputs(new CnnVaeOptions(), new ImageShape(3, 32, 32), part: 1)
        );
    }

    [Fact]
    public void A_head_takes_the_last_hidden_layer_and_not_the_other_head()
    {
        var encoder = ModelSummary
            .Of(Create(VaeOptions.WithLayers([30, 20], [20], latentDim: 4), new ImageShape(1, 8, 8)))
            .Parts[0];
        Assert.Equal([-1, 0, 1, 1], encoder.Layers.Select(layer => layer.Input));
        Assert.Equal(
            ["encoder.hidden.0", "encoder.hidden.1", "encoder.mean", "encoder.deviation"],
            encoder.Layers.Select(layer => layer.Name)
        );
    }

    [Fact]
    public void A_summary_changes_neither_weights_nor_running_statistics()
    {
        var model = Create(new CnnVaeOptions(), new ImageShape(1, 16, 16));
        float[][] before = [.. model.Tensors.Select(tensor => tensor.Value.ToArray())];
        ModelSummary.Of(model);
        Assert.Equal(before, model.Tensors.Select(tensor => tensor.Value.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_node_of_the_graph_leads_from_the_images_to_the_loss(string name)
    {
        var nodes = ModelGraph.Of(Create(ModelCatalog.Get(name).Read([]), new ImageShape(1, 28, 28)));
        Assert.Equal(("images", "loss"), (nodes[0].Name, nodes[^1].Name));
        Assert.Equal(nodes.Count, nodes.Select(node => node.Name).Distinct().Count());
        var known = new HashSet<string>();
        foreach (var node in nodes)
        {
            Assert.True(node.Inputs.All(known.Contains), $"{node.Name} takes what comes later");
            known.Add(node.Name);
        }
        string[] unused = [.. known.Except(nodes.SelectMany(node => node.Inputs))];
        Assert.Equal(["loss"], unused);
    }

    private string[] Outputs(ModelOptions options, ImageShape shape, int part) =>
        [.. ModelSummary.Of(Create(options, shape)).Parts[part].Layers.Select(layer => layer.Output)];

    private GenerativeModel Create(ModelOptions options, ImageShape shape) =>
        options.Create(shape, _device, new Rng(1));
}
