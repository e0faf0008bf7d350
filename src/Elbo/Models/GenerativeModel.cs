using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Formats;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Models.Priors;
using Elbo.Nn;
using Elbo.Nn.Graphs;

namespace Elbo.Models;

/// <summary>
/// A variational autoencoder composed of parts: an encoder q(z|x), a prior p(z), a decoder with its likelihood p(x|z),
/// and the training objective.
/// </summary>
/// <remarks>Kingma and Welling 2014, "Auto-encoding variational Bayes".</remarks>
public sealed class GenerativeModel
{
    private readonly Encoder _encoder;
    private readonly IDecoder _decoder;
    private readonly LearnedVariance? _variance;

    /// <summary>
    /// Creates a model for images of <paramref name="imageShape"/> on <paramref name="device"/>, with initial weights
    /// from <paramref name="rng"/>.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// An option is out of range, or does not suit the images, or their shape is impossible.
    /// </exception>
    public GenerativeModel(ModelOptions options, ImageShape imageShape, Device device, Rng rng)
        : this(
            options,
            imageShape,
            device,
            parameters => new ParameterSet(parameters, device, rng),
            buffers => Array.ForEach(buffers, buffer => buffer.Place(device))
        ) { }

    /// <summary>
    /// As the public constructor, with <paramref name="check"/> called with the names and shapes of all parameters and
    /// buffers before memory is allocated for them. It throws if they are wrong.
    /// </summary>
    internal GenerativeModel(
        ModelOptions options,
        ImageShape imageShape,
        Device device,
        Rng rng,
        Action<IEnumerable<(string Name, Shape Shape)>> check
    )
        : this(
            options,
            imageShape,
            device,
            parameters => new ParameterSet(parameters, device, rng),
            buffers => Array.ForEach(buffers, buffer => buffer.Place(device)),
            check
        ) { }

    private GenerativeModel(
        ModelOptions options,
        ImageShape imageShape,
        Device device,
        Func<IEnumerable<Parameter>, ParameterSet> placeParameters,
        Action<BufferTensor[]> placeBuffers,
        Action<IEnumerable<(string Name, Shape Shape)>>? check = null
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(device);
        imageShape.Require(nameof(imageShape));
        options.Validate();
        (Options, ImageShape, Device) = (options, imageShape, device);
        var (network, prior) = (options.Network, options.Prior);
        int classes = options.Condition?.Count ?? 0;
        if (options.Condition is not null && classes == 0)
            throw new ArgumentException("condition is labels, and there are no classes; name them.", nameof(options));
        _encoder = network.CreateEncoder(prior.EncoderName, imageShape, LatentDim, classes);
        Prior = prior.Create(_encoder, network, imageShape, LatentDim, device);
        _decoder = network.CreateDecoder(prior.DecoderName, LatentDim + classes, imageShape, options.Likelihood);
        _variance = options.Likelihood.Variance is null ? new LearnedVariance("decoder") : null;
        IModule[] parts = [_encoder, Prior, _decoder, .. _variance is null ? [] : (IModule[])[_variance]];
        Parameter[] parameters = [.. parts.SelectMany(p => p.Parameters)];
        BufferTensor[] buffers = [.. parts.SelectMany(p => p.Buffers)];
        check?.Invoke([.. parameters.Select(p => (p.Name, p.Shape)), .. buffers.Select(b => (b.Name, b.Shape))]);
        Parameters = placeParameters(parameters);
        placeBuffers(buffers);
        Buffers = [.. buffers.Select(b => (b.Name, b.Value))];
    }

    private GenerativeModel(GenerativeModel other)
    {
        (Options, ImageShape, Device) = (other.Options, other.ImageShape, other.Device);
        (_encoder, _decoder, _variance) = (other._encoder, other._decoder, other._variance);
        (Prior, Parameters, Buffers) = (other.Prior, other.Parameters, other.Buffers);
    }

    /// <summary>The options from which the model was created.</summary>
    public ModelOptions Options { get; }

    /// <summary>Shape of one image.</summary>
    public ImageShape ImageShape { get; }

    /// <summary>The device of the model.</summary>
    public Device Device { get; }

    /// <summary>Number of latent dimensions Z.</summary>
    public int LatentDim => Options.LatentDim;

    /// <summary>Whether p(x|z) and q(z|x) are conditional on the class of the image.</summary>
    public bool IsConditional => Options.Condition is not null;

    /// <summary>The class that the model is given where none is stated, counted from 0; null for none.</summary>
    public int? Class { get; private init; }

    /// <summary>
    /// The prior p(z), towards which the KL divergence pulls the posterior and from which new codes are sampled.
    /// </summary>
    public IPrior Prior { get; }

    /// <summary>The training objective.</summary>
    public IObjective Objective => Options.Objective;

    /// <summary>All parameters, in the order encoder (<c>encoder.…</c>), prior, decoder (<c>decoder.…</c>).</summary>
    public ParameterSet Parameters { get; }

    /// <summary>
    /// Tensors that are saved with the parameters but not trained, such as running statistics; empty for most models.
    /// </summary>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers { get; }

    /// <summary>Parameters and buffers by name: the complete state of a trained model.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Tensors =>
        [.. Parameters.All.Select(p => (p.Name, p.Value)), .. Buffers];

    /// <summary>What is wrong with the first weight or buffer that is not finite; null if all are finite.</summary>
    internal string? WeightFault() =>
        // One pass over the flat buffer is enough as long as nothing is wrong.
        FiniteWeights.All(Parameters.Values.Read()) && Buffers.All(buffer => FiniteWeights.All(buffer.Value.Read()))
            ? null
            : FiniteWeights.Fault(Tensors.Select(t => new SafetensorsTensor(t.Name, t.Value)));

    /// <summary>
    /// The same model with the same weights, given one class y: it decodes as p(x|z, y), and encodes images whose class
    /// is not stated as q(z|x, y).
    /// </summary>
    /// <param name="label">The class, counted from 0.</param>
    /// <exception cref="ArgumentException">The model is not conditional, or has no such class.</exception>
    public GenerativeModel Given(int label)
    {
        if (Options.Condition is not { } classes)
            throw new ArgumentException($"class {label} is given; the model is not conditional on classes.");
        if (label < 0 || label >= classes.Count)
            throw new ArgumentOutOfRangeException(
                nameof(label),
                label,
                $"classes are counted from 0 to {classes.Count - 1}."
            );
        return new GenerativeModel(this) { Class = label };
    }

    /// <summary>
    /// The same model on another device, for inference on another thread. It shares the weights, so it follows later
    /// changes of them; it has no gradients and cannot be trained.
    /// </summary>
    /// <remarks>The weights must not change while it computes.</remarks>
    /// <param name="device">A device that only this thread uses, such as a <see cref="Device.CreateWorkspace"/>.</param>
    public GenerativeModel On(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return new GenerativeModel(
            Options,
            ImageShape,
            device,
            parameters => Parameters.On(device, parameters),
            buffers =>
            {
                for (int i = 0; i < buffers.Length; i++)
                    buffers[i].Place(Buffers[i].Value.On(device));
            }
        )
        {
            Class = Class,
        };
    }

    /// <summary>The given class for a title, such as <c> as class 7</c>; empty for none.</summary>
    internal string AsClass => Class is { } label ? $" as class {Options.Condition![label]}" : "";

    /// <summary>Whether codes cannot be decoded without a class.</summary>
    internal bool NeedsClass => IsConditional && Class is null;

    /// <summary>
    /// This model if it is not conditional or is given a class already; else the model given <paramref name="label"/>.
    /// </summary>
    internal GenerativeModel GivenOr(int label) => NeedsClass ? Given(label) : this;

    /// <summary>
    /// The classes of images as a <see cref="ForwardContext.Condition"/>, one-hot, (N, C); null if the model is not
    /// conditional, or for no labels.
    /// </summary>
    /// <param name="labels">The class of each image, counted from 0.</param>
    /// <exception cref="ArgumentException">A class does not exist.</exception>
    public Tensor? OneHot(ReadOnlySpan<byte> labels)
    {
        if (Options.Condition is not { } classes || labels.IsEmpty)
            return null;
        var rows = new float[labels.Length * classes.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= classes.Count)
                throw new ArgumentException($"class {labels[i]} is given; {ClassCondition.Needs(classes)}");
            rows[(i * classes.Count) + labels[i]] = 1;
        }
        return Device.Tensor(rows, [labels.Length, classes.Count]);
    }

    /// <summary>
    /// Computes q(z|x) for images (…, D) with intensities in [0, 1]; in a conditional model q(z|x, y).
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The images have another number of pixels, or a conditional model has no class.
    /// </exception>
    public DiagonalGaussian Encode(Tensor x, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(x);
        int pixels = ImageShape.PixelCount;
        if (x.Shape.Rank < 1 || x.Shape[-1] != pixels)
            throw new ArgumentException(
                $"x is {x.Shape}; the encoder needs (…, {pixels}), images of {ImageShape}.",
                nameof(x)
            );
        return _encoder.Encode(x, WithClass(context));
    }

    /// <summary>
    /// One code per image, (N, Z): a sample of q(z|x), or its mean in a stage of training that has no noise.
    /// </summary>
    public Tensor SampleCode(DiagonalGaussian q, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(q);
        return Prior.IsNoiseless && context.Training ? q.Mean : q.Sample(context.Rng);
    }

    /// <summary>Computes p(x|z) for codes (…, Z); in a conditional model p(x|z, y).</summary>
    /// <exception cref="ArgumentException">
    /// The codes have another number of dimensions, or a conditional model has no class.
    /// </exception>
    public ILikelihood Decode(Tensor z, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(z);
        if (z.Shape.Rank < 1 || z.Shape[-1] != LatentDim)
            throw new ArgumentException($"z is {z.Shape}; the decoder needs (…, {LatentDim}).", nameof(z));
        var parameters = Forward(z, context);
        return _variance is null
            ? Options.Likelihood.Of(parameters)
            : Options.Likelihood.Of(parameters, _variance.Value);
    }

    /// <summary>The output of the decoder, the parameters of p(x|z).</summary>
    private IReadOnlyList<Tensor> Forward(Tensor z, ForwardContext context) =>
        _decoder.Forward(IsConditional ? ClassCondition.Join(z, WithClass(context)) : z, context);

    /// <summary>Adds to a graph what <see cref="Encode"/> computes in inference.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="image">The images, (N, C, H, W).</param>
    /// <param name="condition">One-hot classes, (N, C), for a conditional model.</param>
    internal (Node Mean, Node Deviation) DescribeEncoder(NetworkGraph graph, Node image, Node? condition) =>
        _encoder.Describe(graph, image, condition);

    /// <summary>
    /// Adds to a graph what <see cref="Decode"/> computes in inference: the expected images, (N, C, H, W), and the
    /// standard deviations of the pixels if the decoder outputs them.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="z">The codes, (N, Z).</param>
    /// <param name="condition">One-hot classes, (N, C), for a conditional model.</param>
    internal (Node Image, Node? Deviation) DescribeDecoder(NetworkGraph graph, Node z, Node? condition)
    {
        var parameters = _decoder.Describe(graph, condition is null ? z : graph.Concat(z, condition));
        var (image, deviation) = Options.Likelihood.Describe(graph, parameters);
        return (AsImage(image), deviation is null ? null : AsImage(deviation));

        Node AsImage(Node x) => x.Shape.Rank == 3 ? x : graph.Unflatten(x, Maps, ImageLayout.ChannelsFirst);
    }

    /// <summary>
    /// The variance that all pixels of a Gaussian likelihood share, fixed or learned; null for other likelihoods.
    /// </summary>
    internal float? PixelVariance =>
        Options.Likelihood.Decoder == DecoderKind.Gaussian ? _variance?.Value ?? Options.Likelihood.Variance : null;

    /// <summary>The shape of one image in a graph.</summary>
    internal Shape Maps => [ImageShape.Channels, ImageShape.Height, ImageShape.Width];

    /// <summary>
    /// p(x|z) for codes (…, Z). In training, a learned variance is first set to its optimum for the
    /// <paramref name="target"/> images (N, D).
    /// </summary>
    public ILikelihood Likelihood(Tensor target, Tensor z, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(target);
        // Without reading the variance so far, on which the mean does not depend: a step would wait for a GPU.
        return context.Training && _variance is not null
            ? _variance.Fit(Options.Likelihood.Of(Forward(z, context), learned: 1).Mean, target)
            : Decode(z, context);
    }

    /// <summary>The reconstruction term: the mean of −log p(x|z) over the batch in nats, as a scalar.</summary>
    /// <param name="target">Target images of the decoder, (N, D).</param>
    /// <param name="z">One code per image, (N, Z).</param>
    /// <param name="context">Random numbers and mode.</param>
    /// <remarks>
    /// In training, the mean of p(x|z) is replaced by a sample if the options say so.
    /// </remarks>
    public Tensor Reconstruction(Tensor target, Tensor z, ForwardContext context)
    {
        var likelihood = Likelihood(target, z, context);
        bool sampled = Options.Likelihood.SampleReconstruction && context.Training && !Prior.IsPretraining;
        return Ops.Mean(
            sampled
                ? Options.Likelihood.NegativeLogProb(
                    likelihood,
                    target,
                    Ops.RandomNormal(Device, target.Shape, context.Rng)
                )
                : likelihood.NegativeLogProb(target)
        );
    }

    /// <summary>The context with the given class if it has no condition of its own.</summary>
    private ForwardContext WithClass(ForwardContext context) =>
        Options.Condition is not { } classes || context.Condition is not null ? context
        : Class is { } label ? context with { Condition = OneHot([(byte)label]) }
        : throw new ArgumentException($"no class is given; {ClassCondition.Needs(classes)}");
}
