using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Nn;
using Elbo.Nn.Graphs;

namespace Elbo.Tests.Training;

/// <summary>
/// A model of one parameter p that writes down what training gives it; its loss is the mean intensity of the target,
/// plus p².
/// </summary>
internal sealed class RecordingModel
{
    private readonly GenerativeModel _model;

    /// <param name="device">Where it lives.</param>
    /// <param name="shape">Size of the images.</param>
    /// <param name="nanStep">From 1; the loss of this step is NaN.</param>
    public RecordingModel(Device device, ImageShape shape, int nanStep = 0) =>
        _model = new VaeOptions
        {
            LatentDim = 1,
            Network = new OneParameter(),
            Objective = new Recorder(this, nanStep),
        }.Create(shape, device, new Rng(0));

    public List<float[]> Inputs { get; } = [];

    public List<float[]> Targets { get; } = [];

    public List<float> KlWeights { get; } = [];

    public ParameterSet Parameters => _model.Parameters;

    public static implicit operator GenerativeModel(RecordingModel recording) => recording._model;

    private sealed class Recorder(RecordingModel recording, int nanStep) : IObjective
    {
        public LossTerms ComputeLoss(GenerativeModel model, Tensor input, Tensor target, ForwardContext context)
        {
            recording.Inputs.Add(input.ToArray());
            recording.Targets.Add(target.ToArray());
            recording.KlWeights.Add(context.KlWeight);
            var p = model.Parameters.All[0].Value;
            var square = Ops.Sum(Ops.Multiply(p, p));
            var mean = Ops.Mean(target);
            var loss = Ops.Add(square, recording.Inputs.Count == nanStep ? Ops.Affine(mean, float.NaN) : mean);
            return new LossTerms(loss, ("reconstruction", mean), ("kl", square));
        }
    }

    private sealed record OneParameter : NetworkOptions
    {
        public override void Validate() { }

        public override Encoder CreateEncoder(string name, ImageShape image, int outputs, int classes = 0) =>
            new(new Layer($"{name}.p"), new Nothing());

        public override IDecoder CreateDecoder(
            string name,
            int latentDim,
            ImageShape image,
            LikelihoodOptions likelihood
        ) => new Nothing();
    }

    private sealed class Layer(string name) : ILayer
    {
        private readonly Parameter _p = new(name, [1], (value, _, _) => value.AsSpan().Fill(0.5f));

        public IEnumerable<Parameter> Parameters => [_p];

        public Tensor Forward(Tensor x, ForwardContext context) => throw new NotSupportedException();

        public Node Describe(NetworkGraph graph, Node x) => throw new NotSupportedException();
    }

    private sealed class Nothing : IPosterior, IDecoder
    {
        DiagonalGaussian IPosterior.Forward(Tensor features, ForwardContext context) =>
            throw new NotSupportedException();

        IReadOnlyList<Tensor> IDecoder.Forward(Tensor z, ForwardContext context) => throw new NotSupportedException();

        public (Node Mean, Node Deviation) Describe(NetworkGraph graph, Node features) =>
            throw new NotSupportedException();

        IReadOnlyList<Node> IDecoder.Describe(NetworkGraph graph, Node z) => throw new NotSupportedException();
    }
}
