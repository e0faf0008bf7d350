using Elbo.Clustering;
using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models.Networks;
using Elbo.Nn;
using Elbo.Nn.Graphs;

namespace Elbo.Models.Priors;

/// <summary>
/// A mixture of K Gaussians as prior, p(z) = Σ_k π_k N(z; μ_k, diag σ²_k), whose weights, means and variances are
/// learned. It is trained in stages.
/// </summary>
/// <remarks>Jiang et al. 2017, "Variational deep embedding". See <see cref="VadePrior"/> for the loss.</remarks>
public sealed record VadePriorOptions : ClusteringOptions
{
    /// <summary>Creates the options with the stages of the paper: an autoencoder and a diagonal mixture.</summary>
    public VadePriorOptions() =>
        (Pretraining, MixtureCovariance, MixtureEpochs) = (Pretraining.Deterministic, Covariance.Diagonal, 0);

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<VadePriorOptions>> List { get; } = Shared<VadePriorOptions>();

    /// <inheritdoc/>
    public override void Validate() => List.Validate(this);

    /// <inheritdoc/>
    public override IPrior Create(
        Encoder encoder,
        NetworkOptions network,
        ImageShape image,
        int latentDim,
        Device device
    )
    {
        ArgumentNullException.ThrowIfNull(device);
        return new VadePrior(this, latentDim, device);
    }
}

/// <summary>p(z) = Σ_k π_k N(z; μ_k, diag σ²_k).</summary>
/// <remarks>
/// <para>
/// Jiang et al. 2017, "Variational deep embedding", equations 8 to 16. With γ_k = p(k|z) at one sample of z, the
/// divergence is Σ_k γ_k KL(q(z|x) ‖ N(μ_k, σ²_k)) + KL(γ ‖ π). Gradients reach γ, as in the authors' program.
/// </para>
/// <para>The paper learns σ²; here its logarithm is learned, which cannot become negative.</para>
/// </remarks>
internal sealed class VadePrior : IClusteringPrior
{
    private readonly int _latentDim;
    private readonly Device _device;
    private readonly DiagonalMixture _mixture;
    private readonly ClusterStages _stages;

    /// <summary>
    /// Creates the prior with the parameters of a <see cref="DiagonalMixture"/>, and buffers <c>encoder.guide.…</c> if
    /// it is trained in stages.
    /// </summary>
    public VadePrior(VadePriorOptions options, int latentDim, Device device)
    {
        (_latentDim, _device) = (latentDim, device);
        _mixture = new DiagonalMixture(options.Clusters, latentDim);
        _stages = new ClusterStages(options, latentDim, device);
    }

    public int Clusters => _mixture.Clusters;

    public IEnumerable<Parameter> Parameters => _mixture.Parameters;

    public IEnumerable<BufferTensor> Buffers => _stages.Buffers;

    public bool IsPretraining => _stages.IsPretraining;

    public bool IsNoiseless => _stages.IsNoiseless;

    public void BeginEpoch(GenerativeModel model, EpochStart start)
    {
        if (_stages.BeginEpoch(model, start) is { } fitted)
            _mixture.CopyFrom(fitted);
    }

    public IReadOnlyList<(string Name, Tensor Value)> Divergence(
        Tensor input,
        DiagonalGaussian q,
        Tensor z,
        ForwardContext context
    )
    {
        if (IsPretraining && context.Training)
            return [("kl-z", _stages.PretrainingDivergence(q)), ("kl-y", _device.Zeros([]))];
        var (probabilities, logProbabilities) = Assignment(q, z, context);
        var negativeEntropy = Ops.Affine(q.LogProb(q.Mean), 1, -0.5f * _latentDim);
        var expected = Ops.Sum(Ops.Multiply(probabilities, _mixture.ExpectedLogDensities(q)), -1);
        var klY = Ops.Sum(Ops.Multiply(probabilities, Ops.Subtract(logProbabilities, _mixture.LogWeights)), -1);
        return [("kl-z", Ops.Mean(Ops.Subtract(negativeEntropy, expected))), ("kl-y", Ops.Mean(klY))];
    }

    /// <summary>log p(z) − log q(z|x). The sum over clusters is exact.</summary>
    public Tensor LogRatio(Tensor input, DiagonalGaussian q, Tensor z, Tensor noise, ForwardContext context)
    {
        var logPrior = Ops.LogSumExp(_mixture.Forward(z, context));
        return Ops.Subtract(Ops.Reshape(logPrior, z.Shape.Without(-1)), q.LogProb(z));
    }

    public Tensor ClusterProbabilities(Tensor x, Tensor z, ForwardContext context) =>
        Ops.Softmax(_mixture.Forward(z, context));

    public Node Describe(NetworkGraph graph, Node image, Node z) =>
        graph.Map(graph.Apply(_mixture, z), GraphFunction.Softmax);

    public Tensor Sample(int count, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        double[] weights = [.. Ops.Exp(_mixture.LogWeights).ToArray()];
        var clusters = new int[count];
        for (int i = 0; i < count; i++)
            clusters[i] = MixtureSampler.Choose(weights, rng.NextSingle());
        return _mixture.Sample(clusters, rng);
    }

    public Tensor SampleCluster(int cluster, int count, Rng rng) => _mixture.Sample(this.Repeat(cluster, count), rng);

    /// <summary>The cluster probabilities of a mini-batch and their logarithms, (N, K).</summary>
    private (Tensor Probabilities, Tensor Logarithms) Assignment(DiagonalGaussian q, Tensor z, ForwardContext context)
    {
        if (context.Training && _stages.IsGuided)
        {
            var fitted = _stages.Mixture.Responsibilities(q.Mean);
            return (fitted, Ops.Log(Ops.Clamp(fitted, float.Epsilon, 1)));
        }
        var logarithms = Ops.LogSoftmax(_mixture.Forward(z, context));
        return (Ops.Exp(logarithms), logarithms);
    }
}

/// <summary>
/// The learned mixture Σ_k π_k N(z; μ_k, diag σ²_k). As a layer, it maps codes to the logarithms of its summands.
/// </summary>
internal sealed class DiagonalMixture : ILayer
{
    private readonly int _latentDim;
    private readonly Parameter _logits;
    private readonly Parameter _mean;
    private readonly Parameter _logVariance;

    /// <summary>
    /// Creates a mixture with parameters <c>decoder.prior.cluster.bias</c>, log π up to a constant, (K);
    /// <c>decoder.prior.mean.weight</c>, (K, Z); and <c>decoder.prior.variance.weight</c>, log σ², (K, Z).
    /// </summary>
    public DiagonalMixture(int clusters, int latentDim)
    {
        (Clusters, _latentDim) = (clusters, latentDim);
        _logits = new Parameter("decoder.prior.cluster.bias", [clusters], Initializers.Zeros);
        _mean = new Parameter("decoder.prior.mean.weight", [clusters, latentDim], Initializers.TruncatedNormal);
        _logVariance = new Parameter("decoder.prior.variance.weight", [clusters, latentDim], Initializers.Zeros);
    }

    public int Clusters { get; }

    public IEnumerable<Parameter> Parameters => [_logits, _mean, _logVariance];

    /// <summary>log π, (K).</summary>
    public Tensor LogWeights => Ops.LogSoftmax(_logits.Value);

    /// <summary>N(μ_k, diag σ²_k) for every cluster, (K, Z).</summary>
    private DiagonalGaussian Components => new(_mean.Value, Ops.Exp(Ops.Affine(_logVariance.Value, 0.5f)));

    /// <summary>log π_k + log N(z; μ_k, σ²_k) for codes (…, Z): (rows, K).</summary>
    public Tensor Forward(Tensor x, ForwardContext context) => Ops.Add(Components.LogProb(Rows(x)), LogWeights);

    public Node Describe(NetworkGraph graph, Node x)
    {
        var deviation = graph.Map(graph.Affine(graph.Constant(_logVariance), 0.5f), GraphFunction.Exp);
        var densities = graph.GaussianLogDensity(graph.Reshape(x, [1, _latentDim]), graph.Constant(_mean), deviation);
        return graph.Sum(densities, graph.Map(graph.Constant(_logits), GraphFunction.LogSoftmax));
    }

    /// <summary>E log N(z; μ_k, σ²_k) for z from q, (N, Z): (N, K).</summary>
    public Tensor ExpectedLogDensities(DiagonalGaussian q)
    {
        // The density at the mean of q, less ½ Σ σ_q²/σ_k².
        var precisions = Ops.Exp(Ops.Affine(_logVariance.Value, -1));
        var spread = Ops.MatMul(Ops.Square(q.Deviation), precisions, transposeB: true);
        return Ops.Add(Components.LogProb(Rows(q.Mean)), Ops.Affine(spread, -0.5f));
    }

    /// <summary>One code of each of the given clusters, (count, Z).</summary>
    public Tensor Sample(int[] clusters, Rng rng)
    {
        var (mean, deviation) = Components;
        return new DiagonalGaussian(Ops.Gather(mean, clusters), Ops.Gather(deviation, clusters)).Sample(rng);
    }

    /// <summary>Copies weights, means and variances of a fitted mixture.</summary>
    public void CopyFrom(GaussianMixture fitted)
    {
        _logits.Value.CopyFrom([.. fitted.Weights.Select(weight => (float)Math.Log(weight))]);
        _mean.Value.CopyFrom([.. fitted.Means.Select(mean => (float)mean)]);
        _logVariance.Value.Edit(to =>
        {
            for (int i = 0; i < to.Length; i++)
                to[i] = (float)Math.Log(fitted.Covariances[(i * _latentDim) + (i % _latentDim)]);
        });
    }

    public override string ToString() => $"Gaussian mixture, {Clusters} clusters";

    /// <summary>Codes (…, Z) as (rows, 1, Z), for comparison with all clusters.</summary>
    private Tensor Rows(Tensor z) => Ops.Reshape(z, [z.Count / _latentDim, 1, _latentDim]);
}
