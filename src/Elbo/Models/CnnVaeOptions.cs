using Elbo.Data;
using Elbo.Engine;

namespace Elbo.Models;

/// <summary>
/// The network of a <see cref="CnnVae"/> or a <see cref="PlainCnnVae"/>. Its layers follow from the size of the images.
/// </summary>
public sealed record CnnVaeOptions : ModelOptions
{
    private const int MostConvolutions = 16;
    private const int MostChannels = 4096;

    /// <summary>Which layers there are.</summary>
    public CnnNetwork Network { get; init; }

    /// <summary>What p(x|z) is.</summary>
    public DecoderKind Decoder { get; init; } = DecoderKind.Bernoulli;

    /// <summary>
    /// Variance of a pixel given its code, for <see cref="DecoderKind.Gaussian"/>. Smaller ones weigh the
    /// reconstruction more.
    /// </summary>
    public float Variance { get; init; } = 1;

    /// <summary>
    /// Least standard deviation of a pixel, for <see cref="DecoderKind.GaussianSigma"/>. Where pixels are the same in
    /// all images, the deviation falls to it, and the loss is as steep as it is small.
    /// </summary>
    public float SmallestDeviation { get; init; } = 1e-6f;

    /// <summary>
    /// Channels of the encoder's convolutions, from the image on, each of which halves the image; null for 64, 128,
    /// 256, 512, 512, … until the smaller side is at most 7 pixels.
    /// </summary>
    public IReadOnlyList<int>? Channels { get; init; }

    /// <summary>
    /// Units of the fully connected layers of <see cref="CnnNetwork.Plain"/>; 0 takes twice the length of a code in the
    /// encoder, three times in the decoder.
    /// </summary>
    public int Dense { get; init; } = PlainCnn.Dense;

    /// <summary>Its options by name.</summary>
    internal static IReadOnlyList<OptionOf<CnnVaeOptions>> List { get; } =
    [
        SharedOptions.LatentDim<CnnVaeOptions>(),
        OptionOf<CnnVaeOptions>.OneOf<CnnNetwork>(
            "network",
            "layers with batch normalisation, or plain ones with networks of their own for mean and variance",
            o => o.Network,
            (o, v) => o with { Network = v }
        ),
        OptionOf<CnnVaeOptions>.WholeNumbers(
            "channels",
            "channels of the encoder's convolutions, as 64,128, each of which halves the image; the decoder "
                + "takes them in reverse",
            o => o.Channels,
            (o, v) => o with { Channels = v }
        ) with
        {
            Default = "64,128,256,512,512,… until the smaller side is at most 7 pixels",
        },
        PlainCnn.DenseOption<CnnVaeOptions>(o => o.Dense, (o, v) => o with { Dense = v }),
        SharedOptions.Decoder<CnnVaeOptions>(o => o.Decoder, (o, v) => o with { Decoder = v }),
        SharedOptions.Variance<CnnVaeOptions>(o => o.Variance, (o, v) => o with { Variance = v }),
        SharedOptions.SmallestDeviation<CnnVaeOptions>(
            o => o.SmallestDeviation,
            (o, v) => o with { SmallestDeviation = v }
        ),
    ];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        RequirePositive("variance", Variance);
        RequirePositive("smallest-deviation", SmallestDeviation);
        PlainCnn.CheckDense(Dense);
        if (Channels is null)
            return;
        if (Network == CnnNetwork.Plain)
            throw new ArgumentException("channels are of the network batch-norm; the plain one has 32, 64 and 64.");
        if (Channels.Count is < 1 or > MostConvolutions)
            throw new ArgumentException(
                $"channels has {Channels.Count} entries; give one for each convolution, 1 to {MostConvolutions}."
            );
        if (Channels.FirstOrDefault(c => c is < 1 or > MostChannels, 1) is not 1 and var channels)
            throw new ArgumentException(
                $"a convolution has {channels} channels; it must have between 1 and {MostChannels}."
            );
    }

    /// <inheritdoc/>
    public override GenerativeModel Create(ImageShape imageShape, Device device, Rng rng) =>
        Network == CnnNetwork.Plain
            ? new PlainCnnVae(this, imageShape, device, rng)
            : new CnnVae(this, imageShape, device, rng);

    /// <summary>p(x|z) from the decoder's last layer.</summary>
    internal PixelOutput Output => new(Decoder, Variance, SmallestDeviation);
}
