using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// The variational autoencoder whose prior is a mixture of Gaussians: p(w) = N(0, I), p(y) uniform over K clusters,
/// p(z|w, y), p(x|z).
/// </summary>
/// <remarks>
/// <para>
/// Dilokthanakul et al. 2016, "Deep unsupervised clustering with Gaussian mixture variational autoencoders". The loss
/// is −log p(x|z) + [log q(z|x) − Σ_k
/// p(y=k|w, z) log p(z|w, y=k)] + KL(q(w|x) ‖ N(0, I)) + KL(p(y|w, z) ‖ uniform) at one sample of z and w.
/// </para>
/// <para>
/// Means and variances of the clusters are linear in hidden layers of w that all clusters share; their biases start at
/// draws of a normal distribution
/// without its tails. From there, clusters readily melt into one. So, unless told otherwise, training begins as that of
/// a VAE; a Gaussian mixture with
/// full covariances is then fitted to the codes, the best of several starts by its likelihood; and for some epochs it
/// stands for p(y|w, z). The idea
/// is that of Jiang et al. 2017, "Variational deep embedding".
/// </para>
/// </remarks>
public sealed class Gmvae : GenerativeModel, IClusteringModel
{
    private readonly MixtureOptions _options;
    private readonly IGaussianEncoder _code;
    private readonly IGaussianEncoder _style;
    private readonly Mlp? _posteriorHidden;
    private readonly Linear? _posterior;
    private readonly Mlp _priorHidden;
    private readonly Linear _priorMean;
    private readonly Linear _priorVariance;
    private readonly IImageDecoder _decoder;
    private readonly CodeMixture? _guide;
    private Phase _phase = Phase.Joint;

    /// <summary>A network with first weights from <paramref name="rng"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Gmvae(MixtureOptions options, ImageShape imageShape, Device device, Rng rng)
        : base(imageShape, options.LatentDim, device)
    {
        options.Validate();
        _options = options;
        var initializer = Initializers.GlorotUniform;
        _code = options.CreateEncoder("encoder.code", imageShape, LatentDim, initializer);
        _style = options.CreateEncoder("encoder.style", imageShape, StyleDim, initializer);
        var widths = options.PriorWidths;
        Activation[] activations = [.. widths.Select(_ => Activation.Relu)];
        if (options.ClusterPosterior == ClusterPosterior.Network)
        {
            _posteriorHidden = new Mlp(
                "encoder.cluster.hidden",
                StyleDim + LatentDim,
                widths,
                activations,
                options.Dropout,
                initializer
            );
            _posterior = new Linear("encoder.cluster", _posteriorHidden.Outputs, Clusters, initializer);
        }
        _priorHidden = new Mlp("decoder.prior.hidden", StyleDim, widths, activations, options.Dropout, initializer);
        _priorMean = new Linear(
            "decoder.prior.mean",
            _priorHidden.Outputs,
            Clusters * LatentDim,
            initializer,
            biasInitializer: Initializers.TruncatedNormal
        );
        _priorVariance = new Linear(
            "decoder.prior.variance",
            _priorHidden.Outputs,
            Clusters * LatentDim,
            initializer,
            Activation.Softplus,
            biasInitializer: Initializers.TruncatedNormal
        );
        _decoder = options.CreateDecoder("decoder.image", imageShape, initializer);
        _guide = options.PretrainEpochs > 0 ? new CodeMixture("encoder.guide", Clusters, LatentDim) : null;
        Place(
            [
                .. _code.Parameters,
                .. _style.Parameters,
                .. _posteriorHidden?.Parameters ?? [],
                .. _posterior?.Parameters ?? [],
                .. _priorHidden.Parameters,
                .. _priorMean.Parameters,
                .. _priorVariance.Parameters,
                .. _decoder.Parameters,
            ],
            rng,
            _guide?.Buffers ?? []
        );
    }

    private enum Phase
    {
        /// <summary>z has the prior N(0, I); w and y play no part.</summary>
        Pretraining,

        /// <summary>The fitted mixture stands for p(y|w, z).</summary>
        Guided,

        /// <summary>The loss is the bound.</summary>
        Joint,
    }

    /// <inheritdoc/>
    public override ModelOptions Options => _options;

    /// <inheritdoc/>
    public override DecoderKind Decoder => _options.Decoder;

    /// <inheritdoc/>
    public int Clusters => _options.Clusters;

    /// <inheritdoc/>
    public int StyleDim => _options.StyleDim;

    /// <inheritdoc/>
    public override DiagonalGaussian Encode(Tensor x, ForwardContext context) => _code.Encode(x, context);

    /// <inheritdoc/>
    public override ILikelihood Decode(Tensor z, ForwardContext context) =>
        _options.Output.Likelihood(_decoder.Paint(z, context));

    /// <inheritdoc/>
    public Tensor EncodeStyle(Tensor x, ForwardContext context) => _style.Encode(x, context).Mean;

    /// <inheritdoc/>
    public Tensor ClusterProbabilities(Tensor x, ForwardContext context)
    {
        var (z, w) = (_code.Encode(x, context).Mean, _style.Encode(x, context).Mean);
        return Ops.Softmax(ClusterLogits(z, w, ClusterLogDensities(z, w, context), context));
    }

    /// <inheritdoc/>
    public override Tensor SamplePrior(int count, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        var clusters = new int[count];
        for (int i = 0; i < count; i++)
            clusters[i] = rng.Next(Clusters);
        return SampleClusters(clusters, rng);
    }

    /// <inheritdoc/>
    public Tensor SampleCluster(int cluster, int count, Rng rng)
    {
        if ((uint)cluster >= (uint)Clusters)
            throw new ArgumentOutOfRangeException(
                nameof(cluster),
                cluster,
                $"clusters are counted from 0 to {Clusters - 1}."
            );
        var clusters = new int[count];
        Array.Fill(clusters, cluster);
        return SampleClusters(clusters, rng);
    }

    /// <inheritdoc/>
    public override void BeginEpoch(EpochStart start)
    {
        if (_guide is null)
            return;
        int pretraining = _options.PretrainEpochs,
            guided = pretraining + _options.GuideEpochs;
        _phase =
            start.Epoch < pretraining ? Phase.Pretraining
            : start.Epoch < guided ? Phase.Guided
            : Phase.Joint;
        if (start.Epoch != pretraining || !start.IsFresh)
            return;
        _guide.Fit(Inference.Encode(this, start.Images(CodeMixture.MostImages)), Device.Threads, start.Rng);
        _guide.CopyMomentsTo(_priorMean, _priorVariance, _options.SmallestPriorVariance);
    }

    /// <inheritdoc/>
    public override LossTerms ComputeLoss(Tensor input, Tensor target, ForwardContext context)
    {
        var qz = _code.Encode(input, context);
        var z = qz.Sample(context.Rng);
        if (_phase == Phase.Pretraining && context.Training)
        {
            var nothing = Device.Zeros([]);
            return Weighted(
                Ops.Mean(Reconstruction(target, z, null, context)),
                Ops.Mean(qz.KlToStandardNormal()),
                nothing,
                nothing,
                context
            );
        }
        var qw = _style.Encode(input, context);
        return Bound(target, qz, z, qw, qw.Sample(context.Rng), PixelNoise(target, context), context);
    }

    /// <summary>
    /// The loss at given noise of z and w, (N, Z) and (N, W), and of the pixels, (N, D), where the reconstruction is
    /// noisy.
    /// </summary>
    internal LossTerms ComputeLoss(Tensor x, Tensor zNoise, Tensor wNoise, Tensor? pixelNoise, ForwardContext context)
    {
        var (qz, qw) = (_code.Encode(x, context), _style.Encode(x, context));
        return Bound(x, qz, qz.Sample(zNoise), qw, qw.Sample(wNoise), pixelNoise, context);
    }

    private LossTerms Bound(
        Tensor target,
        DiagonalGaussian qz,
        Tensor z,
        DiagonalGaussian qw,
        Tensor w,
        Tensor? pixelNoise,
        ForwardContext context
    )
    {
        bool guided = context.Training && _phase == Phase.Guided;
        var densities = ClusterLogDensities(z, w, context);
        var logProbabilities = Ops.LogSoftmax(ClusterLogits(z, w, densities, context));
        var probabilities = guided ? _guide!.Responsibilities(qz.Mean) : Ops.Exp(logProbabilities);
        var klZ = Ops.Mean(Ops.Subtract(qz.LogProb(z), Ops.Sum(Ops.Multiply(probabilities, densities), -1)));
        // Minus the entropy of p(y|w, z); under guidance minus the cross-entropy, the lesson that p(y|w, z) learns.
        var negativeEntropy = Ops.Mean(Ops.Sum(Ops.Multiply(probabilities, logProbabilities), -1));
        var klY = guided ? Ops.Affine(negativeEntropy, -1) : Ops.Affine(negativeEntropy, 1, MathF.Log(Clusters));
        if (!guided && context.Training && _options.FreeInformation > 0)
            klY = Ops.Clamp(klY, _options.FreeInformation, float.MaxValue);
        return Weighted(
            Ops.Mean(Reconstruction(target, z, pixelNoise, context)),
            klZ,
            Ops.Mean(qw.KlToStandardNormal()),
            klY,
            context
        );
    }

    private static LossTerms Weighted(Tensor reconstruction, Tensor klZ, Tensor klW, Tensor klY, ForwardContext context)
    {
        var kl = Ops.Add(Ops.Add(klZ, klW), klY);
        var loss = Ops.Add(reconstruction, context.KlWeight == 1 ? kl : Ops.Affine(kl, context.KlWeight));
        return new LossTerms(loss, ("reconstruction", reconstruction), ("kl-z", klZ), ("kl-w", klW), ("kl-y", klY));
    }

    /// <summary>
    /// Noise of the pixels where the reconstruction is a draw from p(x|z); null where it is the mean.
    /// </summary>
    private Tensor? PixelNoise(Tensor target, ForwardContext context) =>
        _options.NoisyReconstruction && context.Training ? Ops.RandomNormal(Device, target.Shape, context.Rng) : null;

    /// <summary>−log p(x|z), (N); with noise, that of a draw from p(x|z) in the place of its mean.</summary>
    private Tensor Reconstruction(Tensor target, Tensor z, Tensor? noise, ForwardContext context)
    {
        var likelihood = Decode(z, context);
        if (noise is null)
            return likelihood.NegativeLogProb(target);
        var drawn = Ops.Add(likelihood.Mean, Ops.Affine(noise, MathF.Sqrt(_options.Variance)));
        return new FixedVarianceLikelihood(drawn, _options.Variance).NegativeLogProb(target);
    }

    /// <summary>p(z|w, y) of every cluster, (N, K, Z), from w (N, W).</summary>
    private DiagonalGaussian ClusterDensities(Tensor w, ForwardContext context)
    {
        var hidden = _priorHidden.Forward(w, context);
        Shape shape = [w.Shape[0], Clusters, LatentDim];
        var variance = Ops.Affine(_priorVariance.Forward(hidden), 1, _options.SmallestPriorVariance);
        return DiagonalGaussian.WithVariance(
            Ops.Reshape(_priorMean.Forward(hidden), shape),
            Ops.Reshape(variance, shape)
        );
    }

    /// <summary>log p(z|w, y), (N, K).</summary>
    private Tensor ClusterLogDensities(Tensor z, Tensor w, ForwardContext context) =>
        ClusterDensities(w, context).LogProb(Ops.Reshape(z, [z.Shape[0], 1, LatentDim]));

    /// <summary>log p(y|w, z) but for a constant of each row, (N, K).</summary>
    private Tensor ClusterLogits(Tensor z, Tensor w, Tensor densities, ForwardContext context) =>
        _posterior is null ? densities : _posterior.Forward(_posteriorHidden!.Forward(Ops.Concat(-1, w, z), context));

    private Tensor SampleClusters(int[] clusters, Rng rng)
    {
        var densities = ClusterDensities(
            Ops.RandomNormal(Device, [clusters.Length, StyleDim], rng),
            new ForwardContext(rng, Training: false)
        );
        var all = densities.Sample(rng);
        // One row of K·Z numbers for each draw, of which those of its cluster are kept.
        var flat = Ops.Reshape(all, [clusters.Length * Clusters, LatentDim]);
        var rows = new int[clusters.Length];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = i * Clusters + clusters[i];
        return Ops.Gather(flat, rows);
    }
}
