using Elbo.Engine;

namespace Elbo.Nn;

/// <summary>The usual first values of parameters.</summary>
public static class Initializers
{
    /// <summary>Zeros, as for biases.</summary>
    public static Initializer Zeros { get; } = (value, _, _) => value.AsSpan().Clear();

    /// <summary>Ones, as for the scale of a normalisation.</summary>
    public static Initializer Ones { get; } = (value, _, _) => value.AsSpan().Fill(1);

    /// <summary>N(0, 2 / (in + out)): Glorot and Bengio 2010, also called Xavier.</summary>
    public static Initializer GlorotNormal { get; } =
        (value, fans, rng) => Normal(value, rng, MathF.Sqrt(2f / (fans.Inputs + fans.Outputs)));

    /// <summary>Uniform on ±√(6 / (in + out)): Glorot and Bengio 2010.</summary>
    public static Initializer GlorotUniform { get; } =
        (value, fans, rng) =>
        {
            float bound = MathF.Sqrt(6f / (fans.Inputs + fans.Outputs));
            foreach (ref float x in value.AsSpan())
                x = (2 * rng.NextSingle() - 1) * bound;
        };

    /// <summary>N(0, 2 / in): He et al. 2015, for ReLU; torch.nn.init.kaiming_normal_ with its defaults.</summary>
    public static Initializer KaimingNormal { get; } =
        (value, fans, rng) => Normal(value, rng, MathF.Sqrt(2f / fans.Inputs));

    /// <summary>
    /// N(0, 1) without what lies beyond two standard deviations: tf.truncated_normal_initializer with its defaults.
    /// </summary>
    public static Initializer TruncatedNormal { get; } =
        (value, _, rng) =>
        {
            foreach (ref float x in value.AsSpan())
                do x = rng.NextNormal();
                while (MathF.Abs(x) > 2);
        };

    private static void Normal(Tensor value, Rng rng, float deviation)
    {
        foreach (ref float x in value.AsSpan())
            x = rng.NextNormal() * deviation;
    }
}
