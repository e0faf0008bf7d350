using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;
using Elbo.Nn.Graphs;

namespace Elbo.Models.Networks;

/// <summary>The encoder of <see cref="DenseOptions"/>.</summary>
internal static class DenseNetwork
{
    /// <summary>
    /// Creates the encoder with parameters <c>name.hidden.…</c>, <c>name.mean.…</c> and <c>name.deviation.…</c>, or
    /// those of <see cref="SeparateGaussian"/>. Classes are joined to the image, before all layers.
    /// </summary>
    public static Encoder CreateEncoder(DenseOptions options, string name, ImageShape image, int outputs, int classes)
    {
        int inputs = image.PixelCount + classes;
        var initializer = Initializers.Of(options.WeightInit);
        var activations = PerLayer(options.EncoderActivations, options.EncoderHidden);
        if (options.EncoderNetworks == EncoderNetworks.Separate)
            return new Encoder(
                new Sequential([]),
                new SeparateGaussian(
                    name,
                    inputs,
                    options.EncoderHidden,
                    activations,
                    outputs,
                    options.Dropout,
                    initializer
                ),
                classes
            );
        var hidden = new Mlp(
            $"{name}.hidden",
            inputs,
            options.EncoderHidden,
            activations,
            options.Dropout,
            initializer
        );
        var heads = new SharedGaussian(name, hidden.Outputs, outputs, initializer);
        return new Encoder(new Sequential([]), new HiddenGaussian(hidden, heads), classes);
    }

    /// <summary>Expands the activations to one per layer.</summary>
    public static Activation[] PerLayer(IReadOnlyList<Activation> activations, IReadOnlyList<int> hidden) =>
        activations.Count == hidden.Count ? [.. activations] : [.. Enumerable.Repeat(activations[0], hidden.Count)];
}

/// <summary>The decoder of <see cref="DenseOptions"/>: hidden layers and output layers.</summary>
internal sealed class DenseDecoder : IDecoder
{
    /// <summary>Names of the output layers, in the order of <see cref="LikelihoodOptions.Outputs"/>.</summary>
    private static readonly string[] OutputNames = ["mean", "deviation"];

    private readonly LikelihoodOptions _likelihood;
    private readonly Mlp _hidden;
    private readonly Linear[] _outputs;
    private readonly bool _joint;

    /// <summary>
    /// Creates the decoder with parameters <c>name.hidden.…</c>, then <c>name.output.…</c>, or <c>name.mean.…</c> and
    /// <c>name.deviation.…</c>.
    /// </summary>
    public DenseDecoder(
        DenseOptions options,
        string name,
        int latentDim,
        ImageShape image,
        LikelihoodOptions likelihood
    )
    {
        var initializer = Initializers.Of(options.WeightInit);
        int pixels = image.PixelCount;
        _likelihood = likelihood;
        _hidden = new Mlp(
            $"{name}.hidden",
            latentDim,
            options.DecoderHidden,
            DenseNetwork.PerLayer(options.DecoderActivations, options.DecoderHidden),
            options.Dropout,
            initializer
        );
        Linear Output(string layer, int outputs, Activation activation) =>
            new($"{name}.{layer}", _hidden.Outputs, outputs, initializer, activation);
        var parameters = likelihood.Outputs;
        _joint = options.OutputLayers == OutputLayers.Joint;
        _outputs = _joint
            ? [Output("output", pixels * parameters.Count, likelihood.JointActivation)]
            : [.. parameters.Select((activation, i) => Output(OutputNames[i], pixels, activation))];
    }

    public IEnumerable<Parameter> Parameters => [.. _hidden.Parameters, .. _outputs.SelectMany(o => o.Parameters)];

    public IReadOnlyList<Tensor> Forward(Tensor z, ForwardContext context)
    {
        var hidden = _hidden.Forward(z, context);
        return _joint
            ? _likelihood.Split(_outputs[0].Forward(hidden))
            : [.. _outputs.Select(output => output.Forward(hidden))];
    }

    public IReadOnlyList<Node> Describe(NetworkGraph graph, Node z)
    {
        var hidden = _hidden.Describe(graph, z);
        return _joint
            ? _likelihood.Split(graph, graph.Apply(_outputs[0], hidden))
            : [.. _outputs.Select(output => graph.Apply(output, hidden))];
    }
}
