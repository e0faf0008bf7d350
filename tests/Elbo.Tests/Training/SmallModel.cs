using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Tests.Training;

/// <summary>Parameters without a network, and gradients from nowhere.</summary>
internal static class SmallModel
{
    /// <summary>
    /// Two weights whose lengths are no multiples of a cache line, so that there is padding between them.
    /// </summary>
    public static ParameterSet Create(
        Device device,
        int outputs = 7,
        int inputs = 5,
        string name = "encoder",
        ulong seed = 1
    ) =>
        new(
            [
                new Parameter($"{name}.weight", [outputs, inputs], Initializers.GlorotNormal),
                new Parameter($"{name}.bias", [outputs], Initializers.Zeros),
            ],
            device,
            new Rng(seed)
        );

    /// <summary>
    /// The gradients of step <paramref name="step"/>: noise, and 0 in the padding as a backward pass leaves it.
    /// </summary>
    public static void FillGradients(ParameterSet parameters, long step)
    {
        var rng = new Rng(17).Fork((ulong)step);
        foreach (var gradient in parameters.Split(parameters.Gradients))
        foreach (ref float value in gradient.AsSpan())
            value = rng.NextNormal();
    }
}
