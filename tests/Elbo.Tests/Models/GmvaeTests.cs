using Elbo.Data;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Nn;

namespace Elbo.Tests.Models;

public class GmvaeTests
{
    private const int Clusters = 4;

    private static readonly ForwardContext Training = new(new Rng(1), Training: true);

    [GoldenFact("models")]
    public void Loss_terms_and_every_gradient_match_the_reference()
    {
        using var golden = Golden.Open("models");
        using var device = new Device();
        var options = new GmvaeOptions { LatentDim = 3, StyleDim = 2, Clusters = Clusters, Hidden = [16], PriorHidden = [16], ClusterPosterior = ClusterPosterior.Network, Variance = 0.05f, NoisyReconstruction = true, SmallestPriorVariance = 0, PretrainEpochs = 0 };
        var model = new Gmvae(options, new ImageShape(1, 4, 6), device, new Rng(1));
        foreach (var parameter in model.Parameters.All) Reference(golden, parameter.Name, "").CopyTo(parameter.Value.AsSpan());

        using var scope = device.BeginStep();
        Tensor Given(string name)
        {
            var saved = golden.ReadFloats($"gmvae/{name}");
            return device.Tensor(saved.Values, saved.Shape);
        }

        var x = Given("x");
        var terms = model.ComputeLoss(x, Given("eps_z"), Given("eps_w"), Given("eps_x"), Training);
        string[] names = ["reconstruction", "conditional_prior", "kl_w", "kl_y"];
        for (int i = 0; i < names.Length; i++) Golden.AssertNear(golden.ReadFloats($"gmvae/{names[i]}").Values, terms.Terms[i].Value.AsSpan());
        Golden.AssertNear(golden.ReadFloats("gmvae/loss").Values, terms.Loss.AsSpan());

        model.Parameters.ClearGradients();
        device.Tape.Backward(terms.Loss);
        foreach (var parameter in model.Parameters.All) Golden.AssertNear(Reference(golden, parameter.Name, "grad_"), parameter.Value.Gradient!.AsSpan());
    }

    /// <summary>The value of the reference that one of our parameters corresponds to; those of the clusters' heads stand one after the other.</summary>
    private static float[] Reference(SafetensorsReader golden, string parameter, string prefix)
    {
        string kind = parameter[(parameter.LastIndexOf('.') + 1)..], layer = parameter[..parameter.LastIndexOf('.')];
        string Name(string name) => $"gmvae/{prefix}{name}.{kind}";
        return layer switch
        {
            "decoder.prior.mean" => [.. Enumerable.Range(0, Clusters).SelectMany(k => golden.ReadFloats(Name($"pz_mean{k}")).Values.ToArray())],
            "decoder.prior.variance" => [.. Enumerable.Range(0, Clusters).SelectMany(k => golden.ReadFloats(Name($"pz_var{k}")).Values.ToArray())],
            _ => golden.ReadFloats(Name(layer switch
            {
                "encoder.code.mean.hidden.0" => "qz1",
                "encoder.code.mean" => "qz_mean",
                "encoder.code.variance.hidden.0" => "qz_var1",
                "encoder.code.variance" => "qz_var",
                "encoder.style.mean.hidden.0" => "qw1",
                "encoder.style.mean" => "qw_mean",
                "encoder.style.variance.hidden.0" => "qw_var1",
                "encoder.style.variance" => "qw_var",
                "encoder.cluster.hidden.0" => "py1",
                "encoder.cluster" => "py",
                "decoder.prior.hidden.0" => "pz1",
                "decoder.image.hidden.0" => "px1",
                "decoder.image.output" => "px",
                _ => throw new ArgumentException($"{parameter} has no counterpart in the reference."),
            })).Values.ToArray(),
        };
    }
}
