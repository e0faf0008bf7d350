using Elbo.Data;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// The network of a <see cref="Gmvae"/> that is convolutional: 4×4 convolutions of 32, 64 and 64 channels with stride
/// 2, and transposed ones back.
/// </summary>
public sealed record CnnGmvaeOptions : MixtureOptions
{
    /// <summary>
    /// Units of the fully connected layers between convolutions and codes; 0 takes twice the length of a code in an
    /// encoder, three times in the decoder.
    /// </summary>
    public int Dense { get; init; } = PlainCnn.Dense;

    /// <summary>Its options by name.</summary>
    internal static IReadOnlyList<OptionOf<CnnGmvaeOptions>> List { get; } =
    [
        SharedOptions.LatentDim<CnnGmvaeOptions>(),
        PlainCnn.DenseOption<CnnGmvaeOptions>(o => o.Dense, (o, v) => o with { Dense = v }),
        .. SharedList<CnnGmvaeOptions>(),
    ];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        PlainCnn.CheckDense(Dense);
    }

    private protected override IReadOnlyList<int> UsualPriorHidden =>
        [Dense == 0 ? 2 * LatentDim : Math.Min(Dense, 64)];

    internal override IGaussianEncoder CreateEncoder(
        string name,
        ImageShape image,
        int outputs,
        Initializer initializer
    ) => new ConvolutionalGaussianEncoder(name, image, Dense, outputs, Dropout, initializer);

    internal override IImageDecoder CreateDecoder(string name, ImageShape image, Initializer initializer) =>
        new ConvolutionalImageDecoder(name, LatentDim, image, Dense, Output, Dropout, initializer);
}
