using Elbo.Data;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>The network of a <see cref="Gmvae"/> that is fully connected.</summary>
public sealed record GmvaeOptions : MixtureOptions
{
    /// <summary>
    /// Widths of the hidden layers of q(z|x) and q(w|x), which have networks of their own for mean and variance; the
    /// decoder takes them in reverse.
    /// </summary>
    public IReadOnlyList<int> Hidden { get; init; } = [500, 500];

    /// <summary>Its options by name.</summary>
    internal static IReadOnlyList<OptionOf<GmvaeOptions>> List { get; } =
    [
        SharedOptions.LatentDim<GmvaeOptions>(),
        OptionOf<GmvaeOptions>.WholeNumbers(
            "hidden",
            "hidden widths of the encoder, as 512,128; the decoder takes them in reverse",
            o => o.Hidden,
            (o, v) => o with { Hidden = v }
        ),
        .. SharedList<GmvaeOptions>(),
    ];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        CheckWidths("hidden", Hidden);
    }

    private protected override IReadOnlyList<int> UsualPriorHidden =>
        [Hidden.Count == 0 ? LatentDim : Math.Min(Hidden[^1], 64)];

    internal override IGaussianEncoder CreateEncoder(
        string name,
        ImageShape image,
        int outputs,
        Initializer initializer
    ) =>
        new DenseGaussianEncoder(
            name,
            image.PixelCount,
            Hidden,
            [.. Hidden.Select(_ => Activation.Relu)],
            outputs,
            Dropout,
            initializer
        );

    internal override IImageDecoder CreateDecoder(string name, ImageShape image, Initializer initializer) =>
        new DenseImageDecoder(name, LatentDim, [.. Hidden.Reverse()], image.PixelCount, Output, Dropout, initializer);
}
