using System.Globalization;
using System.Text;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Figures.Interactive;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Training.Runs;
using Elbo.Workflows.Plots;

namespace Elbo.Workflows.Exploring;

/// <summary>Options of <see cref="InterpolateWorkflow"/>.</summary>
public sealed record InterpolateOptions
{
    /// <summary>The first image: an image file, or an index of the chosen images.</summary>
    public string From { get; init; } = "";

    /// <summary>The last image: an image file, or an index of the chosen images.</summary>
    public string To { get; init; } = "";

    /// <summary>The images that an index refers to.</summary>
    public ImageChoice Choice { get; init; } = new();

    /// <summary>The path between the codes.</summary>
    public LatentPathKind Path { get; init; }

    /// <summary>
    /// Number of decoded images, 2 to 1000, including those of both codes; null is 10, or 60 for a page.
    /// </summary>
    public int? Steps { get; init; }

    /// <summary>
    /// File to write: PNG, PDF, SVG, or an interactive page (<c>.html</c>); null writes a PNG to the run folder.
    /// </summary>
    public string? Output { get; init; }

    /// <summary>Whether an existing file may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<InterpolateOptions>> List { get; } =
    [
        End("from", "first", o => o.From, (o, v) => o with { From = v }),
        End("to", "last", o => o.To, (o, v) => o with { To = v }),
        .. ImageChoice.List.Select(option =>
            option.Within<InterpolateOptions>(o => o.Choice, (o, v) => o with { Choice = v })
        ),
        OptionOf<InterpolateOptions>.OneOf<LatentPathKind>(
            "path",
            "path between the codes",
            o => o.Path,
            (o, v) => o with { Path = v }
        ),
        OptionOf<InterpolateOptions>.WholeNumber(
            "steps",
            "number of decoded images, including those of both codes",
            o => o.Steps,
            (o, v) => o with { Steps = v }
        ) with
        {
            Range = OptionRange.Between(2, 1000),
            Default = $"{Interpolation.FigureSteps}; {Interpolation.PageSteps} for a page",
        },
        CommonOptions.Output<InterpolateOptions>(
            "file to write: .png, .pdf, .svg, or .html for a page with a slider; by default a PNG in the run's folder "
                + "images",
            o => o.Output,
            (o, v) => o with { Output = v }
        ),
        CommonOptions.Overwrite<InterpolateOptions>(o => o.Overwrite, (o, v) => o with { Overwrite = v }),
    ];

    /// <summary>Whether the output is a page.</summary>
    internal bool IsPage =>
        PlotOptions.PageEnding.Equals(System.IO.Path.GetExtension(Output), StringComparison.OrdinalIgnoreCase);

    /// <summary>The number of decoded images.</summary>
    internal int Count => Steps ?? (IsPage ? Interpolation.PageSteps : Interpolation.FigureSteps);

    /// <summary>Checks everything that can be checked without the images.</summary>
    /// <exception cref="ArgumentException">An option is missing or out of range.</exception>
    public void Validate()
    {
        Require.Given(From, "from");
        Require.Given(To, "to");
        Require.Given(Choice, "the choice of images");
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("from", From), ("to", To)])
            if (string.IsNullOrWhiteSpace(value))
                throw new ArgumentException($"--{name} is missing; give an image file, or an index of the images.");
        List.Validate(this);
        Choice.Validate();
        RequireEnding(Output);
    }

    /// <summary>Checks that a file name has the ending of a figure or a page.</summary>
    private static void RequireEnding(string? output)
    {
        string[] endings = [.. FigureWriter.Endings, PlotOptions.PageEnding];
        if (output is not null && !endings.Contains(System.IO.Path.GetExtension(output).ToLowerInvariant()))
            throw new ArgumentException(
                $"output is '{output}'; the file name's ending must be one of {string.Join(", ", endings)}."
            );
    }

    private static OptionOf<InterpolateOptions> End(
        string name,
        string which,
        Func<InterpolateOptions, string?> get,
        Func<InterpolateOptions, string, InterpolateOptions> set
    ) =>
        OptionOf<InterpolateOptions>.Text(
            name,
            $"{which} image: an image file, or an index of the split or of --images, counted from 0",
            get,
            set
        ) with
        {
            ValueName = "IMAGE",
        };
}

/// <summary>The <c>elbo interpolate</c> command: images decoded on a path between the codes of two images.</summary>
public static class InterpolateWorkflow
{
    /// <summary>
    /// Decodes the codes on a path between two images. Writes a strip with the originals at the ends, or a page with a
    /// slider.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="options">The two images, the path and the destination.</param>
    /// <param name="cancellation">Cancels reading the images.</param>
    /// <returns>The path of the file, and the distance between the two codes.</returns>
    /// <exception cref="ArgumentException">An option is invalid, or an index does not exist.</exception>
    /// <exception cref="IOException">An image cannot be found, or the file exists or cannot be written.</exception>
    /// <exception cref="InvalidDataException">An image cannot be read.</exception>
    public static (string Path, double Distance) Run(
        LoadedRun run,
        InterpolateOptions options,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var from = ChosenImage.Find(run, options.Choice, options.From, "from", cancellation);
        var to = ChosenImage.Find(run, options.Choice, options.To, "to", cancellation);
        string path = OutputPath.Choose(
            options.Output,
            run.Folder.Image($"interpolate-{OptionName.Name(options.Path)}.png"),
            options.Overwrite
        );
        var images = Interpolation.Of(run, from, to, options.Count, options.Path);
        if (options.IsPage)
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(images.Player().ToPage()));
        else
            FigureWriter.Save(images.Strip(), path);
        return (path, images.Distance);
    }
}

/// <summary>Images decoded on a path between the codes of two images.</summary>
/// <param name="From">The first image.</param>
/// <param name="To">The last image.</param>
/// <param name="Path">The kind of path.</param>
/// <param name="Frames">The images, (N, pixels), those of both codes included.</param>
/// <param name="Shape">Shape of an image.</param>
/// <param name="Distance">Euclidean distance of the codes.</param>
/// <param name="Title">Title of a figure.</param>
internal sealed record Interpolation(
    ChosenImage From,
    ChosenImage To,
    LatentPathKind Path,
    float[] Frames,
    ImageShape Shape,
    double Distance,
    string Title
)
{
    /// <summary>Default number of images of a figure.</summary>
    public const int FigureSteps = 10;

    /// <summary>Default number of images of a page, which plays them.</summary>
    public const int PageSteps = 60;

    private const int Columns = 12;

    private int Count => Frames.Length / Shape.PixelCount;

    /// <summary>
    /// Decodes <paramref name="count"/> images; in a conditional model as the class of the first image.
    /// </summary>
    public static Interpolation Of(LoadedRun run, ChosenImage from, ChosenImage to, int count, LatentPathKind path)
    {
        float[] first = from.Code(run),
            last = to.Code(run);
        var model = from.Given(run.Model);
        double sum = 0;
        for (int d = 0; d < first.Length; d++)
            sum += ((double)first[d] - last[d]) * ((double)first[d] - last[d]);
        return new(
            from,
            to,
            path,
            Inference.Decode(model, LatentPath.Between(first, last, count, path)),
            model.ImageShape,
            Math.Sqrt(sum),
            run.Folder.Title(run.Config.Dataset, $"from {from.Name} to {to.Name}{model.AsClass}")
        );
    }

    /// <summary>One of the decoded images.</summary>
    public Bitmap Picture(int index) =>
        Bitmap.FromImage(Frames.AsSpan(index * Shape.PixelCount, Shape.PixelCount), Shape);

    /// <summary>The images with a slider, between the originals.</summary>
    public FramePlayer Player() =>
        new()
        {
            Frames = Frames,
            Shape = Shape,
            Title = Title,
            Caption =
                $"{Count} images, decoded on the {OptionName.Name(Path)} path between the codes of the two original "
                + "images at the sides.",
            Ends = [new(From.Name, From.Picture), new(To.Name, To.Picture)],
        };

    /// <summary>The original, the decoded images, and the other original, in rows.</summary>
    public ImageRows Strip()
    {
        List<ImageCell> cells = [new(From.Picture, "original", Marked: true)];
        for (int i = 0; i < Count; i++)
            cells.Add(new(Picture(i), ((double)i / (Count - 1)).ToString("0.##", CultureInfo.InvariantCulture)));
        cells.Add(new(To.Picture, "original", Marked: true));
        return new ImageRows([.. cells.Chunk(Columns).Select(row => new ImageRow("", row))], Title);
    }
}

/// <summary>One image that a command is about.</summary>
/// <param name="Images">The images that it is one of.</param>
/// <param name="Index">Its index.</param>
/// <param name="Name">Its name in titles.</param>
internal sealed record ChosenImage(ImageDataset Images, int Index, string Name)
{
    /// <summary>Finds an image by the path of its file, or by its index.</summary>
    /// <param name="run">The run.</param>
    /// <param name="choice">The images that an index refers to.</param>
    /// <param name="given">A path or an index.</param>
    /// <param name="option">Name of the option, for messages.</param>
    /// <param name="cancellation">Cancels reading the images.</param>
    /// <exception cref="ArgumentException">There is neither such a file nor such an index.</exception>
    /// <exception cref="InvalidDataException">The file cannot be read.</exception>
    public static ChosenImage Find(
        LoadedRun run,
        ImageChoice choice,
        string given,
        string option,
        CancellationToken cancellation
    )
    {
        if (File.Exists(given))
        {
            var images = run.ImagesToDecode(ImageChoice.OfPath(given), cancellation);
            return images.Count == 1
                ? new(images, 0, Path.GetFileName(given))
                : throw new ArgumentException($"{option} is {given}, which has {images.Count:N0} images; give one.");
        }
        if (!int.TryParse(given, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index))
            throw new ArgumentException(
                $"{option} is '{given}'; there is no such file, and it is no index. Give an image file, or an index of "
                    + $"the {choice.Subject}."
            );
        return At(run.ImagesToDecode(choice, cancellation), choice, index, option);
    }

    /// <summary>The image with an index.</summary>
    /// <exception cref="ArgumentException">There is no such index.</exception>
    public static ChosenImage At(ImageDataset images, ImageChoice choice, int index, string option)
    {
        if (index < 0 || index >= images.Count)
            throw new ArgumentException(
                $"{option} is {index}; there are {images.Count:N0} {choice.Subject}, counted from 0."
            );
        string name = images.FileNames is { } files
            ? Path.GetFileName(files[index])
            : $"{(choice.Images is null && choice.SplitName != "all" ? $"{choice.SplitName} " : "")}image {index}";
        return new(images, index, name);
    }

    /// <summary>The image for a figure.</summary>
    public Bitmap Picture => Bitmap.FromImage(Images.Image(Index), Images.Shape);

    /// <summary>A conditional model, given the class of this image unless it is given one already.</summary>
    public GenerativeModel Given(GenerativeModel model) =>
        model.GivenOr(ClassCondition.Labels(model, Images) is { IsEmpty: false } labels ? labels.Span[Index] : 0);

    /// <summary>The mean of q(z|x), (Z).</summary>
    public float[] Code(LoadedRun run) => ModelInputs.Code(run.Model, run.Config, Images, Index);
}
