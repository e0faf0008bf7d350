using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models.Networks;
using Elbo.Nn;
using Elbo.Nn.Graphs;

namespace Elbo.Models.Priors;

/// <summary>
/// The variational mixture of posteriors as prior: p(z) = 1/K Σ_k q(z|u_k), with K learned pseudo-inputs u_k in [0, 1].
/// </summary>
/// <remarks>Tomczak and Welling 2018, "VAE with a VampPrior".</remarks>
public sealed record VampOptions : PriorOptions
{
    /// <summary>Number of pseudo-inputs K, 1 to 10,000; default 500, as in the paper for MNIST.</summary>
    public int PseudoInputs { get; init; } = 500;

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<VampOptions>> List { get; } =
    [
        OptionOf<VampOptions>.WholeNumber(
            "pseudo-inputs",
            "number of learned pseudo-inputs, whose posteriors are the components of the prior vamp",
            o => o.PseudoInputs,
            (o, v) => o with { PseudoInputs = v }
        ) with
        {
            Range = OptionRange.Between(1, 10_000),
        },
    ];

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
        ArgumentNullException.ThrowIfNull(encoder);
        image.Require(nameof(image));
        return new VampPrior(encoder, PseudoInputs, image.PixelCount, latentDim);
    }
}

/// <summary>p(z) = 1/K Σ_k q(z|u_k), with the model's encoder q.</summary>
/// <remarks>
/// <para>
/// Pseudo-inputs are the sigmoid of the parameter, so that they stay in [0, 1] and never lose their gradient. The first
/// training sets them to training images.
/// </para>
/// <para>
/// They are encoded as in evaluation, also in training: without dropout, and with the running statistics of batch
/// normalisation, which they do not update. So the prior of a training step is the one that is sampled from later, and
/// the statistics are those of images.
/// </para>
/// <para>
/// In a conditional model, q(z|u, y) needs a class for each pseudo-input. It is learned as well, as a distribution over
/// the classes, so that p(z) does not depend on the class.
/// </para>
/// </remarks>
internal sealed class VampPrior : IPrior
{
    /// <summary>
    /// Initial pseudo-inputs keep this distance from 0 and 1, where the gradient of the sigmoid would be too small.
    /// </summary>
    private const float Margin = 0.05f;

    /// <summary>Initial probability of the class of the training image that a pseudo-input is set to.</summary>
    private const float FirstProbability = 0.9f;

    private readonly Encoder _encoder;
    private readonly int _latentDim;
    private readonly Parameter _weight;
    private readonly Parameter? _classes;
    private readonly BufferTensor _started;

    /// <summary>
    /// Creates the prior with the parameter <c>decoder.prior.pseudo.weight</c>, (K, D), and the buffer
    /// <c>decoder.prior.pseudo.started</c>, (1): 1 if the pseudo-inputs have been set to training images. With a
    /// conditional encoder, <c>decoder.prior.pseudo.classes.weight</c>, (K, C), are the logits of their classes.
    /// </summary>
    /// <param name="encoder">The model's encoder, whose parameters belong to the model.</param>
    /// <param name="pseudoInputs">Number of pseudo-inputs K.</param>
    /// <param name="pixels">Number of values D of an image.</param>
    /// <param name="latentDim">Number of latent dimensions Z.</param>
    public VampPrior(Encoder encoder, int pseudoInputs, int pixels, int latentDim)
    {
        (_encoder, _latentDim) = (encoder, latentDim);
        _weight = new Parameter("decoder.prior.pseudo.weight", [pseudoInputs, pixels], Initializers.TruncatedNormal);
        if (encoder.Classes > 0)
            _classes = new Parameter(
                "decoder.prior.pseudo.classes.weight",
                [pseudoInputs, encoder.Classes],
                Initializers.TruncatedNormal
            );
        _started = new BufferTensor("decoder.prior.pseudo.started", [1], 0);
    }

    public IEnumerable<Parameter> Parameters => _classes is null ? [_weight] : [_weight, _classes];

    public IEnumerable<BufferTensor> Buffers => [_started];

    private int Components => _weight.Shape[0];

    /// <summary>
    /// Before the first training step, sets the pseudo-inputs to training images. If there are fewer of them, the
    /// others keep their random values.
    /// </summary>
    public void BeginEpoch(GenerativeModel model, EpochStart start)
    {
        if (_started.Value.ToScalar() != 0)
            return;
        float[] images = start.Images.First(Components);
        _weight.Value.Edit(weight =>
        {
            for (int i = 0; i < images.Length; i++)
            {
                float pixel = Math.Clamp(images[i], Margin, 1 - Margin);
                weight[i] = MathF.Log(pixel / (1 - pixel));
            }
        });
        _classes?.Value.Edit(logits => StartClasses(logits, start.Images.FirstLabels(Components).Span));
        _started.Value.Fill(1);
    }

    private void StartClasses(Span<float> logits, ReadOnlySpan<byte> labels)
    {
        int classes = _encoder.Classes;
        float logit = classes == 1 ? 0 : MathF.Log(FirstProbability / (1 - FirstProbability) * (classes - 1));
        logits[..(labels.Length * classes)].Clear();
        for (int i = 0; i < labels.Length; i++)
            logits[(i * classes) + labels[i]] = logit;
    }

    public IReadOnlyList<(string Name, Tensor Value)> Divergence(
        Tensor input,
        DiagonalGaussian q,
        Tensor z,
        ForwardContext context
    ) => [("kl", Ops.Mean(Ops.Subtract(q.LogProb(z), LogProb(z, context))))];

    public Tensor LogRatio(Tensor input, DiagonalGaussian q, Tensor z, Tensor noise, ForwardContext context) =>
        Ops.Subtract(LogProb(z, context), q.LogProb(z));

    public Tensor Sample(int count, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        var chosen = new int[count];
        for (int i = 0; i < count; i++)
            chosen[i] = rng.Next(Components);
        var components = Posteriors(new ForwardContext(rng, Training: false));
        return new DiagonalGaussian(
            Ops.Gather(components.Mean, chosen),
            Ops.Gather(components.Deviation, chosen)
        ).Sample(rng);
    }

    /// <summary>Adds nothing: the prior has no networks besides the encoder.</summary>
    public Node? Describe(NetworkGraph graph, Node image, Node z) => null;

    /// <summary>log p(z) for codes (…, Z), (…).</summary>
    private Tensor LogProb(Tensor z, ForwardContext context)
    {
        var rows = Ops.Reshape(z, [z.Count / _latentDim, 1, _latentDim]);
        return Ops.Reshape(Ops.LogMeanExp(Posteriors(context).LogProb(rows)), z.Shape.Without(-1));
    }

    /// <summary>q(z|u_k) for all pseudo-inputs, (K, Z).</summary>
    private DiagonalGaussian Posteriors(ForwardContext context) =>
        _encoder.Encode(
            Ops.Sigmoid(_weight.Value),
            context with
            {
                Training = false,
                Condition = _classes is null ? null : Ops.Softmax(_classes.Value),
            }
        );
}
