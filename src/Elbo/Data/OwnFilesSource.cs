using Elbo.Imaging;

namespace Elbo.Data;

/// <summary>A dataset of the user's own files, which <c>--images</c> names and nobody publishes.</summary>
public abstract class OwnFilesSource : DatasetSource
{
    private readonly string _kind;

    /// <param name="name">Name on the command line.</param>
    /// <param name="description">Description of the images in one line.</param>
    /// <param name="kind">What the files are, for messages: <c>a folder of your own images</c>.</param>
    private protected OwnFilesSource(string name, string description, string kind)
        : base(name, description, null, [], null, null) => _kind = kind;

    /// <inheritdoc/>
    public override bool NeedsFiles => true;

    /// <inheritdoc/>
    public override bool CanBeFetched => false;

    /// <inheritdoc/>
    public override string? Find(DataLocation location) => null;

    /// <inheritdoc/>
    public override Task<string?> FetchAsync(
        DataLocation location,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    ) => throw new ArgumentException($"{Name} has nothing to fetch: it is {_kind}, which --images names.");

    /// <inheritdoc/>
    public override void Validate(DatasetOptions options)
    {
        base.Validate(options);
        if (string.IsNullOrWhiteSpace(options.Images))
            throw new ArgumentException($"the dataset {Name} is {_kind}; give it with --images.");
        DatasetOptions.List.Validate(options);
        if (options.ImageSize is { } size && !ImageSize.TryParse(size.ToString(), out _))
            throw new ArgumentException(
                $"image-size is {size}; each side must be from 1 to {ImageSize.LongestSide} pixels."
            );
    }
}
