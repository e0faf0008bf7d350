using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Nn;

namespace Elbo.Tests.Training;

/// <summary>
/// A model of one parameter that writes down what training gives it; its loss is the mean intensity of the target, plus
/// p².
/// </summary>
internal sealed class RecordingModel : GenerativeModel
{
    public RecordingModel(Device device, ImageShape shape)
        : base(shape, latentDim: 1, device) =>
        Place([new Parameter("encoder.p", [1], (value, _, _) => value.AsSpan().Fill(0.5f))], new Rng(0));

    public List<float[]> Inputs { get; } = [];

    public List<float[]> Targets { get; } = [];

    public List<float> KlWeights { get; } = [];

    /// <summary>From 1; the loss of this step is NaN.</summary>
    public int NanStep { get; init; }

    public override ModelOptions Options => throw new NotSupportedException();

    public override DecoderKind Decoder => DecoderKind.Gaussian;

    public override DiagonalGaussian Encode(Tensor x, ForwardContext context) => throw new NotSupportedException();

    public override ILikelihood Decode(Tensor z, ForwardContext context) => throw new NotSupportedException();

    public override LossTerms ComputeLoss(Tensor input, Tensor target, ForwardContext context)
    {
        Inputs.Add(input.ToArray());
        Targets.Add(target.ToArray());
        KlWeights.Add(context.KlWeight);
        var p = Parameters.All[0].Value;
        var square = Ops.Sum(Ops.Multiply(p, p));
        var mean = Ops.Mean(target);
        var loss = Ops.Add(square, Inputs.Count == NanStep ? Ops.Affine(mean, float.NaN) : mean);
        return new LossTerms(loss, ("reconstruction", mean), ("kl", square));
    }
}
