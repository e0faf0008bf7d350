using System.Globalization;
using Elbo.Data;
using Elbo.Evaluation;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Exploring;

/// <summary>Options of <see cref="TraverseWorkflow"/>.</summary>
public sealed record TraverseOptions
{
    /// <summary>Maximum number of dimensions that are drawn by default.</summary>
    public const int UsualDimensions = 16;

    /// <summary>The image file around whose code the dimensions are moved; null for none.</summary>
    public string? Image { get; init; }

    /// <summary>
    /// Index of that image among the chosen images; null for none. Without both, the mean code of the chosen images is
    /// used.
    /// </summary>
    public int? Index { get; init; }

    /// <summary>The images over which the KL divergence of each dimension is averaged.</summary>
    public ImageChoice Choice { get; init; } = new();

    /// <summary>
    /// The latent dimensions to draw, counted from 1; null draws the 16 with the largest KL divergence.
    /// </summary>
    public IReadOnlyList<int>? Dims { get; init; }

    /// <summary>Each dimension is moved by up to ± this many standard deviations of the prior.</summary>
    public float Range { get; init; } = 3;

    /// <summary>Number of images in a row, odd, 3 to 101. The middle one is that of the code.</summary>
    public int Steps { get; init; } = 9;

    /// <summary>File to write, whose extension selects the format; null writes a PNG to the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>Whether an existing file may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<TraverseOptions>> List { get; } =
    [
        OptionOf<TraverseOptions>.Text(
            "image",
            "image file whose code is changed; by default the mean code of the split",
            o => o.Image,
            (o, v) => o with { Image = v }
        ) with
        {
            ValueName = "FILE",
        },
        OptionOf<TraverseOptions>.WholeNumber(
            "index",
            "the same, as an index of the split or of --images, counted from 0",
            o => o.Index,
            (o, v) => o with { Index = v }
        ),
        .. ImageChoice.List.Select(option =>
            option.Within<TraverseOptions>(o => o.Choice, (o, v) => o with { Choice = v })
        ),
        OptionOf<TraverseOptions>.WholeNumbers(
            "dims",
            "latent dimensions to draw, counted from 1; by default the 16 with the largest KL divergence",
            o => o.Dims,
            (o, v) => o with { Dims = v }
        ) with
        {
            Example = "1,3,5",
        },
        OptionOf<TraverseOptions>.Number(
            "range",
            "each dimension is moved by −N to N standard deviations of the prior",
            o => o.Range,
            (o, v) => o with { Range = v }
        ) with
        {
            Range = OptionRange.Positive,
        },
        OptionOf<TraverseOptions>.WholeNumber(
            "steps",
            "images in a row, an odd number; the middle one is that of the code",
            o => o.Steps,
            (o, v) => o with { Steps = v }
        ) with
        {
            Range = OptionRange.Between(3, 101),
        },
        CommonOptions.Output<TraverseOptions>(
            "file to write: .png, .pdf or .svg; by default a PNG in the run's folder images",
            o => o.Output,
            (o, v) => o with { Output = v }
        ),
        CommonOptions.Overwrite<TraverseOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
    ];

    /// <summary>Checks everything that can be checked without the run.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        Require.Given(Choice, "the choice of images");
        List.Validate(this);
        Choice.Validate();
        if (Steps % 2 == 0)
            throw new ArgumentException(
                $"steps is {Steps}; it must be odd, so that the middle image is that of the unchanged code."
            );
        if (Image is not null && Index is not null)
            throw new ArgumentException("image and index were both given; either names the image. Give one.");
        if (Image is not null && !File.Exists(Image))
            throw new ArgumentException($"there is no {Image}; --image names an image file.");
        if (Output is not null && !FigureWriter.Endings.Contains(Path.GetExtension(Output).ToLowerInvariant()))
            throw new ArgumentException(
                $"output is '{Output}'; the file name's ending must be one of "
                    + $"{string.Join(", ", FigureWriter.Endings)}."
            );
    }

    /// <summary>Checks the dimensions against those of the model.</summary>
    internal void RequireDimensions(int latent)
    {
        if (
            Dims is { } dims
            && (dims.Count == 0 || dims.Any(d => d < 1 || d > latent) || dims.Distinct().Count() < dims.Count)
        )
            throw new ArgumentException(
                $"dims are {string.Join(',', dims)}; they must be different latent dimensions from 1 to {latent}."
            );
    }
}

/// <summary>The <c>elbo traverse</c> command: each latent dimension moved around a code.</summary>
public static class TraverseWorkflow
{
    /// <summary>Dimensions whose KL divergence is below this say nothing about the image.</summary>
    private const double SmallestDivergence = 0.01;

    /// <summary>
    /// Draws one row per latent dimension, the one with the largest mean KL divergence first: images decoded from the
    /// code of a real image, or from the mean code, of which only this dimension is changed.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Image, dimensions and destination; null uses the defaults.</param>
    /// <param name="cancellation">Cancels encoding.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="IOException">An image cannot be found, or the file exists or cannot be written.</exception>
    /// <exception cref="InvalidDataException">An image cannot be read.</exception>
    public static TraverseSummary Run(
        LoadedRun run,
        TraverseOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        options ??= new TraverseOptions();
        options.Validate();
        int latent = run.Model.LatentDim;
        options.RequireDimensions(latent);
        var images = run.ImagesToDecode(options.Choice, cancellation);
        var image =
            options.Image is { } file ? ChosenImage.Find(run, options.Choice, file, "image", cancellation)
            : options.Index is { } index ? ChosenImage.At(images, options.Choice, index, "index")
            : null;
        string path = OutputPath.Choose(
            options.Output,
            run.Folder.Image($"traverse-{(image is null ? options.Choice.Name : FileName(image.Name))}.png"),
            options.Overwrite
        );
        var statistics = TraverseStatistics.Of(run, images, cancellation);
        float[] code = image?.Code(run) ?? Array.ConvertAll(statistics.Means, mean => (float)mean);
        int[] dims =
        [
            .. (options.Dims ?? [.. Enumerable.Range(1, latent)])
                .OrderByDescending(d => statistics.Divergences[d - 1])
                .Take(options.Dims?.Count ?? TraverseOptions.UsualDimensions),
        ];
        var model = image?.Given(run.Model) ?? run.Model.GivenOr(0);
        var figure = Figure(run, model, options, image, code, dims, statistics);
        FigureWriter.Save(figure, path);
        return new TraverseSummary(path, dims, statistics.Divergences)
        {
            IsOfPrior = statistics.IsOfPrior,
            Inactive = statistics.Divergences.Count(kl => kl < SmallestDivergence),
        };
    }

    private static ImageRows Figure(
        LoadedRun run,
        GenerativeModel model,
        TraverseOptions options,
        ChosenImage? image,
        float[] code,
        int[] dims,
        TraverseStatistics statistics
    )
    {
        double[] offsets =
        [
            .. Enumerable.Range(0, options.Steps).Select(i => options.Range * ((2.0 * i / (options.Steps - 1)) - 1)),
        ];
        var rows = new List<ImageRow>();
        if (image is not null)
            rows.Add(
                new(
                    image.Name,
                    [.. Enumerable.Repeat<ImageCell?>(null, options.Steps / 2), new(image.Picture)],
                    "original"
                )
            );
        foreach (int dim in dims)
            rows.Add(
                new(
                    $"z{dim}",
                    Cells(model, code, dim - 1, offsets, statistics.Deviations[dim - 1]),
                    FormattableString.Invariant($"KL {statistics.Divergences[dim - 1]:F2} nats")
                )
            );
        string around = image is null ? $"mean code of {options.Choice.Subject}" : $"code of {image.Name}";
        string unit = statistics.IsOfPrior ? "σ of the prior" : "σ of the codes";
        return new ImageRows(
            rows,
            run.Folder.Title(run.Config.Dataset, $"each dimension around the {around}{model.AsClass}, in {unit}"),
            [.. offsets.Select(Offset)]
        );
    }

    private static ImageCell[] Cells(GenerativeModel model, float[] code, int dim, double[] offsets, double deviation)
    {
        float[] codes = new float[offsets.Length * code.Length];
        for (int i = 0; i < offsets.Length; i++)
        {
            code.CopyTo(codes, i * code.Length);
            codes[(i * code.Length) + dim] += (float)(offsets[i] * deviation);
        }
        float[] images = Inference.Decode(model, codes);
        var shape = model.ImageShape;
        return
        [
            .. offsets.Select(
                (offset, i) =>
                    new ImageCell(
                        Bitmap.FromImage(images.AsSpan(i * shape.PixelCount, shape.PixelCount), shape),
                        Marked: offset == 0
                    )
            ),
        ];
    }

    private static string Offset(double offset) =>
        offset == 0
            ? "code"
            : (offset < 0 ? "−" : "+") + Math.Abs(offset).ToString("0.##", CultureInfo.InvariantCulture);

    private static string FileName(string name) => Path.GetFileNameWithoutExtension(name).Replace(' ', '-');
}

/// <summary>Result of <see cref="TraverseWorkflow"/>.</summary>
/// <param name="Path">Path of the figure.</param>
/// <param name="Dims">The dimensions drawn, counted from 1, from the top.</param>
/// <param name="Divergences">
/// Mean KL divergence of every latent dimension in nats, in the order of the dimensions.
/// </param>
public sealed record TraverseSummary(string Path, IReadOnlyList<int> Dims, IReadOnlyList<double> Divergences)
{
    /// <summary>
    /// Whether the prior is N(0, I). Otherwise, divergences are from the Gaussian with mean and variance of the
    /// aggregate posterior, whose standard deviations are also the unit of the figure.
    /// </summary>
    public bool IsOfPrior { get; init; }

    /// <summary>Number of dimensions with a divergence below 0.01 nats, which say nothing about an image.</summary>
    public int Inactive { get; init; }
}

/// <summary>What each latent dimension does over many images.</summary>
/// <param name="Means">Mean code, (Z).</param>
/// <param name="Deviations">
/// Standard deviation of the prior, (Z), or of the aggregate posterior if the prior is not N(0, I).
/// </param>
/// <param name="Divergences">
/// Mean KL(q(z_j|x) ‖ p(z_j)) in nats, (Z). If the prior is not N(0, I), p(z_j) is the Gaussian with mean and variance
/// of the aggregate posterior.
/// </param>
/// <param name="IsOfPrior">Whether the prior is N(0, I), so that nothing is taken from the aggregate posterior.</param>
internal sealed record TraverseStatistics(double[] Means, double[] Deviations, double[] Divergences, bool IsOfPrior)
{
    /// <summary>Computes the statistics for the images of a run.</summary>
    public static TraverseStatistics Of(LoadedRun run, ImageDataset images, CancellationToken cancellation) =>
        Of(
            ModelInputs.Posteriors(run.Model, run.Config, images, images.Count, cancellation),
            run.Model.LatentDim,
            run.Model.Options.Prior is StandardNormalOptions
        );

    /// <summary>Computes the statistics from means and then standard deviations of q(z|x), (N, 2·Z).</summary>
    public static TraverseStatistics Of(ReadOnlySpan<float> posteriors, int dimensions, bool standardNormal)
    {
        var (means, sigmas) = Inference.SplitPosterior(posteriors, dimensions);
        var moments = LatentMoments.Of(means, sigmas, dimensions);
        return standardNormal
            ? new(moments.Mean, [.. Enumerable.Repeat(1.0, dimensions)], moments.Kl, IsOfPrior: true)
            : new(moments.Mean, moments.Deviation, moments.KlToAggregate, IsOfPrior: false);
    }
}
