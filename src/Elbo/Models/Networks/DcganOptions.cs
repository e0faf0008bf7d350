using Elbo.Data;
using Elbo.Nn;

namespace Elbo.Models.Networks;

/// <summary>
/// Convolutional networks with batch normalisation, for grey or colour images of at least 8×8 pixels. The image size
/// determines the layers.
/// </summary>
/// <remarks>
/// <para>
/// Every convolution has a 4×4 kernel, stride 2 and padding 1, so it halves both sides, rounded down. The encoder has
/// convolutions of 64, 128, 256, 512, 512, … channels until the smaller side is at most 7 pixels. Then there are two
/// cases. If either side of the last map is odd, a fully connected layer of 1024 units follows; the decoder begins with
/// another such layer and one that outputs a map of the same size. If both sides are even, there is no such layer, and
/// the decoder begins with a map of half that size and 7/4 as many channels. From there, transposed convolutions lead
/// back through the encoder's sizes to the image. Images of 28×28 (64@14×14, 128@7×7, 1024) and 32×32 (64@16×16,
/// 128@8×8, 256@4×4; 448@2×2 in the decoder) thus get the usual networks for MNIST and CIFAR-10.
/// </para>
/// <para>
/// The encoder uses LeakyReLU with slope 0.2, the decoder ReLU. Batch normalisation follows every convolution of the
/// encoder except the first, every fully connected layer, and the decoder's first transposed convolution unless that
/// outputs the image; a layer before it has no bias. Initial weights are Kaiming-normal (He et al. 2015), biases 0. The
/// standard deviation of q(z|x) is 1e-6 + softplus of its layer. Radford, Metz and Chintala 2016 introduced such
/// networks for adversarial training.
/// </para>
/// </remarks>
public sealed record DcganOptions : NetworkOptions
{
    private const int MostConvolutions = 16;
    private const int MostChannels = 4096;

    /// <summary>
    /// Channels of the encoder's convolutions, in order from the image. Each convolution halves the image. Null means
    /// 1, 2, 4, 8, 8, … times <see cref="BaseChannels"/> until the smaller side is at most 7 pixels.
    /// </summary>
    public IReadOnlyList<int>? Channels { get; init; }

    /// <summary>
    /// Channels of the encoder's first convolution if <see cref="Channels"/> is null. Half as many make the network
    /// about four times smaller and faster.
    /// </summary>
    public int BaseChannels { get; init; } = 64;

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<DcganOptions>> List { get; } =
    [
        OptionOf<DcganOptions>.WholeNumbers(
            "channels",
            "channels of the encoder's convolutions, such as 64,128, each of which halves the image; the decoder "
                + "uses them in reverse order",
            o => o.Channels,
            (o, v) => o with { Channels = v }
        ) with
        {
            Default = "1, 2, 4, 8, 8, … times base-channels until the smaller side is at most 7 pixels",
            Replaces = ["base-channels"],
        },
        OptionOf<DcganOptions>.WholeNumber(
            "base-channels",
            "channels of the encoder's first convolution; the next have 2, 4, 8, 8, … times as many",
            o => o.BaseChannels,
            (o, v) => o with { BaseChannels = v }
        ) with
        {
            Range = OptionRange.Between(1, MostChannels / 8),
        },
    ];

    /// <inheritdoc/>
    public override int LeastBatch => 2;

    /// <inheritdoc/>
    public override void Validate()
    {
        List.Validate(this);
        if (Channels is null)
            return;
        if (BaseChannels != new DcganOptions().BaseChannels)
            throw new ArgumentException(
                $"base-channels is {BaseChannels} and channels has {Channels.Count} entries; give one of them."
            );
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
    public override Encoder CreateEncoder(string name, ImageShape image, int outputs, int classes = 0)
    {
        var network = new DcganEncoder(name, image, new DcganLayout(image, this));
        int features = network.Features + classes;
        return new Encoder(network, new SharedGaussian(name, features, outputs, Initializers.KaimingNormal), classes);
    }

    /// <inheritdoc/>
    public override IDecoder CreateDecoder(string name, int latentDim, ImageShape image, LikelihoodOptions likelihood)
    {
        image.Require(nameof(image));
        ArgumentNullException.ThrowIfNull(likelihood);
        return new DcganDecoder(name, latentDim, image, new DcganLayout(image, this), likelihood);
    }
}
