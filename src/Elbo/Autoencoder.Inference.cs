using System.Runtime.CompilerServices;
using Elbo.Data;
using Elbo.Data.Folder;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo;

/// <content>Applying the model, on any number of threads at once.</content>
public sealed partial class Autoencoder
{
    /// <summary>Images that <see cref="Score"/> processes together, which bounds the memory.</summary>
    private const int ScorePiece = 500;

    /// <summary>Encodes images to the means of q(z|x): (N, latent dimensions).</summary>
    /// <param name="images">Images; noisy ones as <see cref="ImageInput.Noisy(float[])"/>.</param>
    /// <param name="label">
    /// For a conditional model: the class of all images, counted from 0; null uses the labels of an
    /// <see cref="ImageDataset"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The images have another shape, the values are not a whole number of images, or a conditional model does not know
    /// their classes.
    /// </exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read as an image.</exception>
    public FloatRows Encode(ImageInput images, int? label = null) =>
        Apply(images, label, [LatentDim], Inference.Encode);

    /// <summary>Decodes codes to their expected images: (N, C, H, W) in [0, 1].</summary>
    /// <param name="codes">Codes (N, latent dimensions).</param>
    /// <param name="label">For a conditional model: the class of the images, counted from 0.</param>
    /// <exception cref="ArgumentException">
    /// The values are not a whole number of codes, or a conditional model has no class.
    /// </exception>
    public FloatRows Decode(ReadOnlySpan<float> codes, int? label = null)
    {
        using var turn = _gate.Use(nameof(Decode));
        using var workspace = _workspaces.Rent(codes.Length / LatentDim);
        return Images(Inference.Decode(Given(workspace.Model, label), codes));
    }

    /// <summary>Encodes and decodes images: (N, C, H, W) in [0, 1].</summary>
    /// <inheritdoc cref="Encode"/>
    public FloatRows Reconstruct(ImageInput images, int? label = null) =>
        Apply(images, label, [ImageShape.Channels, ImageShape.Height, ImageShape.Width], Inference.Reconstruct);

    /// <summary>
    /// Generates images from codes sampled from the prior: (<paramref name="count"/>, C, H, W) in [0, 1].
    /// </summary>
    /// <param name="count">Number of images.</param>
    /// <param name="seed">Seed for the codes, and for the pixels if they are sampled.</param>
    /// <param name="sampled">Whether to sample pixels from p(x|z) instead of returning its mean.</param>
    /// <param name="cluster">
    /// For a model with clusters, the index of the cluster to sample from; null samples from all.
    /// </param>
    /// <param name="label">For a conditional model: the class of the images, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="count"/> is less than 1, or the cluster does not exist.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A cluster is given for a model without clusters, a class for one that is not conditional, or no class for one
    /// that is.
    /// </exception>
    public FloatRows Generate(int count, ulong seed = 0, bool sampled = false, int? cluster = null, int? label = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using var turn = _gate.Use(nameof(Generate));
        using var workspace = _workspaces.Rent(count);
        var model = Given(workspace.Model, label);
        var rng = new Rng(seed);
        float[] codes = cluster is { } k
            ? Inference.SampleCluster(model, k, count, rng)
            : Inference.SamplePrior(model, count, rng);
        return Images(
            sampled ? Inference.DecodeSampled(model, codes, rng.Fork("pixels")) : Inference.Decode(model, codes)
        );
    }

    /// <summary>
    /// Computes the probability of each cluster for each image, p(y|w, z) at the means of its codes: (N, clusters),
    /// rows with sum 1.
    /// </summary>
    /// <param name="images">Images; noisy ones as <see cref="ImageInput.Noisy(float[])"/>.</param>
    /// <exception cref="ArgumentException">
    /// The model has no clusters, the images have another shape, or the values are not a whole number of images.
    /// </exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read as an image.</exception>
    public FloatRows ClusterProbabilities(ImageInput images) =>
        Apply(
            images,
            null,
            [Inference.Clustering(Model).Clusters],
            (model, x, _) => Inference.ClusterProbabilities(model, x)
        );

    /// <summary>The index of the most probable cluster of each image. Ties go to the lowest index.</summary>
    /// <inheritdoc cref="ClusterProbabilities"/>
    public int[] AssignClusters(ImageInput images) =>
        [.. ClusterProbabilities(images).Select(row => Inference.MostProbable(row.Span))];

    /// <summary>
    /// Scores images: the loss of each, its terms, and how odd it is for the model. The scores of an image depend on it
    /// and the seed alone.
    /// </summary>
    /// <param name="images">Images.</param>
    /// <param name="samples">
    /// Number of samples of z per image. With more, <see cref="ImageScore.Likelihood"/> approaches −log p(x).
    /// </param>
    /// <param name="seed">Seed for the samples.</param>
    /// <param name="label">As for <see cref="Encode"/>.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="samples"/> is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    /// <inheritdoc cref="Encode" path="/exception"/>
    public IReadOnlyList<ImageScore> Score(
        ImageInput images,
        int samples = 10,
        ulong seed = 0,
        int? label = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        using var turn = _gate.Use(nameof(Score));
        var given = Read(images, label, cancellation: cancellation);
        using var workspace = _workspaces.Rent(given.Count, cancellation);
        var model = Given(workspace.Model, label);
        float[] x = ModelInputs.Prepare(model, _config, given.Intensities);
        var rng = ImageScores.Samples(seed);
        var scores = new List<ImageScore>(given.Count);
        for (int start = 0; start < given.Count; start += ScorePiece)
        {
            int count = Math.Min(ScorePiece, given.Count - start),
                pixels = ImageShape.PixelCount;
            scores.AddRange(
                ImageScores
                    .Of(
                        model,
                        x[(start * pixels)..((start + count) * pixels)],
                        ClassCondition.Slice(given.Labels, start, count),
                        samples,
                        rng,
                        cancellation
                    )
                    .Scores
            );
        }
        return given.Names is { } names ? [.. scores.Zip(names, (score, name) => score with { Name = name })] : scores;
    }

    /// <summary>
    /// Adds noise to images as <see cref="TrainerOptions.Noise"/> does for the encoder: (N, C, H, W).
    /// <see cref="NoiseKind.Gaussian"/> can give values outside [0, 1].
    /// </summary>
    /// <param name="images">Clean images.</param>
    /// <param name="kind">Kind of noise.</param>
    /// <param name="factor">
    /// Standard deviation of Gaussian noise, or the fraction of pixels that change; null uses the default of the kind.
    /// </param>
    /// <param name="seed">Seed for the noise.</param>
    /// <exception cref="ArgumentException">The images have another shape, or the factor is out of range.</exception>
    public FloatRows AddNoise(
        ImageInput images,
        NoiseKind kind = NoiseKind.Gaussian,
        float? factor = null,
        ulong seed = 0
    )
    {
        float strength = factor ?? InputNoise.UsualFactor(kind);
        new TrainerOptions { Noise = kind, NoiseFactor = strength }.Validate();
        using var turn = _gate.Use(nameof(AddNoise));
        var given = Read(images, label: null, needsClass: false);
        using var workspace = _workspaces.Rent(given.Count);
        float[] x = ModelInputs.Prepare(workspace.Model, _config, given.Intensities);
        return Images(InputNoise.Apply(workspace.Model, x, kind, strength, new Rng(seed)), given.Names);
    }

    /// <summary>
    /// Reads the images of a folder in batches with size and colours of this model, for folders that do not fit into
    /// memory. The next batch is read while the caller uses the last one.
    /// </summary>
    /// <param name="folder">Path of the folder; its sub-folders are searched too.</param>
    /// <param name="batchSize">Number of images per batch, 1 or more.</param>
    /// <param name="options">
    /// As for <see cref="ImageInput.FromFolder"/>. Background and white level that are not given and not known from
    /// training are decided by the first batch in which they matter.
    /// </param>
    /// <param name="cancellation">Cancels the reading.</param>
    /// <returns>
    /// The images in ordinal order of their names, as an argument for <see cref="Encode"/> and the other methods;
    /// <see cref="ImageDataset.FileNames"/> has their names.
    /// </returns>
    /// <exception cref="IOException">The folder or a file does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">There are no images, or a file cannot be read as one.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public async IAsyncEnumerable<ImageDataset> ReadFolderAsync(
        string folder,
        int batchSize = 500,
        DatasetOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var chosen = ImageInput.Choose(options, _config.DatasetOptions);
        using var batches = ImagesByPath
            .LoadBatches(folder, ImageShape, batchSize, chosen, cancellation)
            .GetEnumerator();
        var next = ReadNext();
        while (await next.ConfigureAwait(false) is { } batch)
        {
            next = ReadNext();
            yield return batch;
        }

        Task<ImageDataset?> ReadNext() =>
            Task.Run(() => batches.MoveNext() ? batches.Current.Images : null, cancellation);
    }

    /// <summary>Applies a function to prepared images and their labels.</summary>
    private FloatRows Apply(
        ImageInput images,
        int? label,
        int[] row,
        RowFunction function,
        [CallerMemberName] string caller = ""
    )
    {
        using var turn = _gate.Use(caller);
        var given = Read(images, label);
        using var workspace = _workspaces.Rent(given.Count);
        var model = Given(workspace.Model, label);
        float[] x = ModelInputs.Prepare(model, _config, given.Intensities);
        return new FloatRows(function(model, x, given.Labels.Span), [given.Count, .. row], given.Names);
    }

    private delegate float[] RowFunction(GenerativeModel model, ReadOnlySpan<float> x, ReadOnlySpan<byte> labels);

    private FloatRows Images(float[] values, IReadOnlyList<string>? names = null) =>
        new(
            values,
            [values.Length / ImageShape.PixelCount, ImageShape.Channels, ImageShape.Height, ImageShape.Width],
            names
        );

    /// <summary>The model of a workspace, given a class if there is one.</summary>
    private static GenerativeModel Given(GenerativeModel model, int? label) =>
        label is { } one ? model.Given(one) : model;

    /// <summary>Images as floats, (N, pixels), with labels if a conditional model needs them.</summary>
    private GivenImages Read(
        ImageInput images,
        int? label,
        bool needsClass = true,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        var (intensities, source) = images.ToIntensities(ImageShape, _config.DatasetOptions, cancellation);
        var labels =
            !needsClass || label is not null || !Model.IsConditional
                ? default
                : ClassCondition.Labels(Model, source ?? Dataset(images, cancellation));
        return new GivenImages(intensities, intensities.Length / ImageShape.PixelCount, labels, NamesOf(source));
    }

    private static string[]? NamesOf(ImageDataset? images) =>
        images?.FileNames is null ? null : [.. Enumerable.Range(0, images.Count).Select(i => images.FilePath(i)!)];

    /// <summary>Images to apply the model to.</summary>
    private readonly record struct GivenImages(
        float[] Intensities,
        int Count,
        ReadOnlyMemory<byte> Labels,
        IReadOnlyList<string>? Names
    );
}
