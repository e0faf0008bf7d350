using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models.Networks;
using Elbo.Nn;
using Elbo.Nn.Graphs;

namespace Elbo.Models.Priors;

/// <summary>
/// A mixture of Gaussians whose means and variances depend on a style code w: p(w) = N(0, I), p(y) uniform over K
/// clusters, p(z|w, y).
/// </summary>
/// <remarks>
/// <para>
/// Dilokthanakul et al. 2016, "Deep unsupervised clustering with Gaussian mixture variational autoencoders". The
/// divergence is [log q(z|x) − Σ_k p(y=k|w, z) log p(z|w, y=k)] + KL(q(w|x) ‖ N(0, I)) + KL(p(y|w, z) ‖ uniform) at one
/// sample of z and w.
/// </para>
/// <para>
/// Means and variances of the clusters are linear in hidden layers of w that all clusters share; their initial biases
/// are samples of a truncated normal distribution. From there, clusters easily merge. By default, training therefore
/// begins as that of a VAE. Then a Gaussian mixture with full covariances is fitted to the codes, the best of several
/// runs by its likelihood, and for some epochs it replaces p(y|w, z). The idea is that of Jiang et al. 2017,
/// "Variational deep embedding".
/// </para>
/// </remarks>
internal sealed class MixturePrior : IClusteringPrior
{
    private readonly MixtureOptions _options;
    private readonly int _latentDim;
    private readonly Device _device;
    private readonly Encoder _style;
    private readonly Mlp? _posteriorHidden;
    private readonly Linear? _posterior;
    private readonly Mlp _hidden;
    private readonly Linear _mean;
    private readonly Linear _variance;
    private readonly ClusterStages _stages;

    /// <summary>
    /// Creates the prior with parameters <c>encoder.style.…</c>, <c>encoder.cluster.…</c> if a network computes p(y|w,
    /// z), and <c>decoder.prior.…</c>; and buffers <c>encoder.guide.…</c> if it is trained in stages.
    /// </summary>
    public MixturePrior(MixtureOptions options, NetworkOptions network, ImageShape image, int latentDim, Device device)
    {
        (_options, _latentDim, _device) = (options, latentDim, device);
        var initializer = Initializers.GlorotUniform;
        var widths = options.PriorHidden ?? [network.CodeWidth(latentDim)];
        Mlp Hidden(string name, int inputs) =>
            new(name, inputs, widths, [.. widths.Select(_ => Activation.Relu)], network.CodeDropout, initializer);
        Linear Output(string name, Activation activation) =>
            new(
                name,
                _hidden.Outputs,
                Clusters * latentDim,
                initializer,
                activation,
                biasInitializer: Initializers.TruncatedNormal
            );
        _style = network.CreateEncoder("encoder.style", image, StyleDim);
        if (options.ClusterPosterior == ClusterPosterior.Network)
        {
            _posteriorHidden = Hidden("encoder.cluster.hidden", StyleDim + latentDim);
            _posterior = new Linear("encoder.cluster", _posteriorHidden.Outputs, Clusters, initializer);
        }
        _hidden = Hidden("decoder.prior.hidden", StyleDim);
        _mean = Output("decoder.prior.mean", Activation.None);
        _variance = Output("decoder.prior.variance", Activation.Softplus);
        _stages = new ClusterStages(options, latentDim, device);
    }

    public int Clusters => _options.Clusters;

    public int StyleDim => _options.StyleDim;

    public IEnumerable<Parameter> Parameters =>
        [
            .. _style.Parameters,
            .. _posteriorHidden?.Parameters ?? [],
            .. _posterior?.Parameters ?? [],
            .. _hidden.Parameters,
            .. _mean.Parameters,
            .. _variance.Parameters,
        ];

    public IEnumerable<BufferTensor> Buffers => [.. _style.Buffers, .. _stages.Buffers];

    public bool IsPretraining => _stages.IsPretraining;

    public bool IsNoiseless => _stages.IsNoiseless;

    public void BeginEpoch(GenerativeModel model, EpochStart start)
    {
        if (_stages.BeginEpoch(model, start) is not null)
            _stages.Mixture.CopyMomentsTo(_mean, _variance, _options.MinPriorVariance);
    }

    public IReadOnlyList<(string Name, Tensor Value)> Divergence(
        Tensor input,
        DiagonalGaussian q,
        Tensor z,
        ForwardContext context
    )
    {
        if (IsPretraining && context.Training)
        {
            var nothing = _device.Zeros([]);
            return [("kl-z", _stages.PretrainingDivergence(q)), ("kl-w", nothing), ("kl-y", nothing)];
        }
        var qw = _style.Encode(input, context);
        return Divergence(q, z, qw, qw.Sample(context.Rng), context);
    }

    /// <summary>The terms of the divergence at one sample of z and w per image.</summary>
    internal IReadOnlyList<(string Name, Tensor Value)> Divergence(
        DiagonalGaussian qz,
        Tensor z,
        DiagonalGaussian qw,
        Tensor w,
        ForwardContext context
    )
    {
        bool guided = context.Training && _stages.IsGuided;
        var densities = ClusterLogDensities(z, w, context);
        var logProbabilities = Ops.LogSoftmax(ClusterLogits(z, w, densities, context));
        var probabilities = guided ? _stages.Mixture.Responsibilities(qz.Mean) : Ops.Exp(logProbabilities);
        var klZ = Ops.Mean(Ops.Subtract(qz.LogProb(z), Ops.Sum(Ops.Multiply(probabilities, densities), -1)));
        // The negative entropy of p(y|w, z); with guidance, the negative cross-entropy, from which p(y|w, z) learns.
        var negativeEntropy = Ops.Mean(Ops.Sum(Ops.Multiply(probabilities, logProbabilities), -1));
        var klY = guided ? Ops.Affine(negativeEntropy, -1) : Ops.Affine(negativeEntropy, 1, MathF.Log(Clusters));
        if (!guided && context.Training && _options.ClusterFreeBits > 0)
            klY = Ops.Clamp(klY, _options.ClusterFreeBits, float.MaxValue);
        return [("kl-z", klZ), ("kl-w", Ops.Mean(qw.KlToStandardNormal())), ("kl-y", klY)];
    }

    public int AuxiliaryDim => StyleDim;

    /// <summary>
    /// log [p(w) · mean_k p(z|w, y=k)] − log q(z|x) − log q(w|x). The sum over clusters is exact, so p(y|w, z) is not
    /// used.
    /// </summary>
    public Tensor LogRatio(Tensor input, DiagonalGaussian q, Tensor z, Tensor noise, ForwardContext context)
    {
        var qw = _style.Encode(input, context);
        var w = qw.Sample(noise);
        int rows = z.Count / _latentDim;
        var densities = ClusterLogDensities(
            Ops.Reshape(z, [rows, _latentDim]),
            Ops.Reshape(w, [rows, StyleDim]),
            context
        );
        var logPrior = Ops.Reshape(Ops.LogMeanExp(densities), z.Shape.Without(-1));
        var logStyle = Ops.Subtract(DiagonalGaussian.Standard(_device, StyleDim).LogProb(w), qw.LogProb(w));
        return Ops.Add(Ops.Subtract(logPrior, q.LogProb(z)), logStyle);
    }

    /// <summary>q(w|x) for images (N, D).</summary>
    internal DiagonalGaussian Style(Tensor x, ForwardContext context) => _style.Encode(x, context);

    public Tensor EncodeStyle(Tensor x, ForwardContext context) => _style.Encode(x, context).Mean;

    public Tensor ClusterProbabilities(Tensor x, Tensor z, ForwardContext context)
    {
        var w = EncodeStyle(x, context);
        return Ops.Softmax(ClusterLogits(z, w, ClusterLogDensities(z, w, context), context));
    }

    public Tensor Sample(int count, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        var clusters = new int[count];
        for (int i = 0; i < count; i++)
            clusters[i] = rng.Next(Clusters);
        return SampleClusters(clusters, rng);
    }

    public Tensor SampleCluster(int cluster, int count, Rng rng) => SampleClusters(this.Repeat(cluster, count), rng);

    /// <summary>p(z|w, y) for every cluster, (N, K, Z), from w (N, W).</summary>
    private DiagonalGaussian ClusterDensities(Tensor w, ForwardContext context)
    {
        var hidden = _hidden.Forward(w, context);
        Shape shape = [w.Shape[0], Clusters, _latentDim];
        var variance = Ops.Affine(_variance.Forward(hidden), 1, _options.MinPriorVariance);
        return DiagonalGaussian.WithVariance(Ops.Reshape(_mean.Forward(hidden), shape), Ops.Reshape(variance, shape));
    }

    /// <summary>log p(z|w, y), (N, K).</summary>
    private Tensor ClusterLogDensities(Tensor z, Tensor w, ForwardContext context) =>
        ClusterDensities(w, context).LogProb(Ops.Reshape(z, [z.Shape[0], 1, _latentDim]));

    /// <summary>log p(y|w, z) up to a constant per row, (N, K).</summary>
    private Tensor ClusterLogits(Tensor z, Tensor w, Tensor densities, ForwardContext context) =>
        _posterior is null ? densities : _posterior.Forward(_posteriorHidden!.Forward(Ops.Concat(-1, w, z), context));

    /// <summary>Adds q(w|x), and p(y|w, z) at its mean, (N, K).</summary>
    public Node Describe(NetworkGraph graph, Node image, Node z)
    {
        var w = _style.Describe(graph, image, condition: null).Mean;
        var densities = DescribeDensities(graph, z, w);
        var logits = _posterior is null
            ? densities
            : graph.Apply(_posterior, _posteriorHidden!.Describe(graph, graph.Concat(w, z)));
        return graph.Map(logits, GraphFunction.Softmax);
    }

    private Node DescribeDensities(NetworkGraph graph, Node z, Node w)
    {
        var hidden = _hidden.Describe(graph, w);
        Shape shape = [Clusters, _latentDim];
        var variance = graph.Affine(graph.Apply(_variance, hidden), 1, _options.MinPriorVariance);
        return graph.GaussianLogDensity(
            graph.Reshape(z, [1, _latentDim]),
            graph.Reshape(graph.Apply(_mean, hidden), shape),
            graph.OfVariance(graph.Reshape(variance, shape))
        );
    }

    private Tensor SampleClusters(int[] clusters, Rng rng)
    {
        var densities = ClusterDensities(
            Ops.RandomNormal(_device, [clusters.Length, StyleDim], rng),
            new ForwardContext(rng, Training: false)
        );
        var all = densities.Sample(rng);
        // One row of K·Z values per sample, of which those of its cluster are kept.
        var flat = Ops.Reshape(all, [clusters.Length * Clusters, _latentDim]);
        var rows = new int[clusters.Length];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = i * Clusters + clusters[i];
        return Ops.Gather(flat, rows);
    }
}
