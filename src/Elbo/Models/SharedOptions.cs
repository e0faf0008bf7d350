namespace Elbo.Models;

/// <summary>Options that several models have, so that a name means the same everywhere.</summary>
internal static class SharedOptions
{
    public static OptionOf<T> LatentDim<T>()
        where T : ModelOptions, new() =>
        OptionOf<T>.WholeNumber(
            "latent-dim",
            "length of a code z",
            o => o.LatentDim,
            (o, v) => o with { LatentDim = v }
        ) with
        {
            Letter = 'z',
        };

    public static OptionOf<T> Decoder<T>(Func<T, DecoderKind?> get, Func<T, DecoderKind, T> set)
        where T : ModelOptions, new() => OptionOf<T>.OneOf("decoder", "what p(x|z) is", get, set);

    public static OptionOf<T> Variance<T>(Func<T, float?> get, Func<T, float, T> set)
        where T : ModelOptions, new() =>
        OptionOf<T>.Number("variance", "fixed variance of p(x|z) for the gaussian decoder", get, set);

    public static OptionOf<T> SmallestDeviation<T>(Func<T, float?> get, Func<T, float, T> set)
        where T : ModelOptions, new() =>
        OptionOf<T>.Number(
            "smallest-deviation",
            "least standard deviation of a pixel for the gaussian-sigma decoder",
            get,
            set
        );
}
