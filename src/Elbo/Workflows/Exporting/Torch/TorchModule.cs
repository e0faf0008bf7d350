using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Nn.Graphs;

namespace Elbo.Workflows.Exporting.Torch;

/// <summary>A model as a module of PyTorch: its classes, and the names of its tensors there.</summary>
internal sealed class TorchModule
{
    /// <summary>The classes by the attribute of the module that has them.</summary>
    private readonly List<(string Attribute, TorchClass Class)> _classes = [];

    /// <summary>Tensors that encoding and decoding do not need.</summary>
    private readonly IReadOnlyList<(string Name, GraphTensor Tensor)> _others;

    /// <summary>Describes <paramref name="model"/>.</summary>
    public TorchModule(GenerativeModel model)
    {
        Model = model;
        var options = model.Options;
        string latent = $"(N, {model.LatentDim})",
            given = model.IsConditional ? " and classes (N)" : "";
        Add(
            "encoder",
            $"q(z|x): images {Images}{given} to means and standard deviations of the code, {latent} each.",
            options.Prior.EncoderName,
            graph => graph.AddEncoder(model)
        );
        Add(
            "decoder",
            $"p(x|z): codes {latent}{given} to expected images {Images}"
                + (HasPixelDeviations ? " and standard deviations of their pixels." : "."),
            options.Prior.DecoderName,
            graph => graph.AddDecoder(model)
        );
        if (model.Prior is IClusteringPrior prior)
            Add(
                "clusters",
                $"p(y|x): images {Images} and their codes {latent} to cluster probabilities (N, {prior.Clusters}).",
                "decoder.prior",
                graph => graph.AddPrior(model)
            );
        var used = _classes.SelectMany(part => part.Class.Tensors).Select(tensor => tensor.Tensor.Name).ToHashSet();
        _others =
        [
            .. model
                .Tensors.Where(tensor => !used.Contains(tensor.Name))
                .Select(tensor => (tensor.Name.Replace('.', '_'), new GraphTensor(tensor.Name, tensor.Value))),
        ];
    }

    /// <summary>The model.</summary>
    public GenerativeModel Model { get; }

    /// <summary>The classes by the attribute of the module that has them.</summary>
    public IReadOnlyList<(string Attribute, TorchClass Class)> Classes => _classes;

    /// <summary>Tensors that encoding and decoding do not need, as buffers of the module.</summary>
    public IReadOnlyList<(string Name, GraphTensor Tensor)> Others => _others;

    /// <summary>All tensors of the model by their names in PyTorch, each once.</summary>
    public IEnumerable<(string Name, GraphTensor Tensor)> Tensors =>
        [
            .. _classes.SelectMany(part =>
                part.Class.Tensors.Select(tensor => ($"{part.Attribute}.{tensor.Name}", tensor.Tensor))
            ),
            .. _others,
        ];

    /// <summary>Whether decoding gives standard deviations of pixels, too.</summary>
    public bool HasPixelDeviations => Model.Options.Likelihood.Decoder == DecoderKind.GaussianSigma;

    /// <summary>The shape of images, as Python.</summary>
    public string Images => $"(N, {string.Join(", ", Model.Maps.ToArray())})";

    private void Add(string attribute, string description, string scope, Action<NetworkGraph> add)
    {
        var graph = new NetworkGraph();
        add(graph);
        string name = char.ToUpperInvariant(attribute[0]) + attribute[1..];
        _classes.Add((attribute, new TorchClass(name, description, scope, graph)));
    }
}
