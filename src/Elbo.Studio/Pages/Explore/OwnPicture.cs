using Elbo.Data.Folder;
using Elbo.Studio.Layout;
using Elbo.Workflows.Exploring;
using Microsoft.AspNetCore.Components.Forms;

namespace Elbo.Studio.Pages.Explore;

/// <summary>An image of the user's own, compared with the images of a run.</summary>
/// <param name="Details">The image.</param>
/// <param name="Near">The nearest training images; empty if these are not available.</param>
/// <param name="Remark">What was left out, and why; empty if nothing was.</param>
internal sealed record OwnPicture(ImageDetails Details, IReadOnlyList<NearImage> Near, string Remark)
{
    /// <summary>Largest size of a file in bytes.</summary>
    public const int MostBytes = 32 << 20;

    /// <summary>Number of neighbours, as in <c>elbo neighbours</c>.</summary>
    private static readonly NeighboursOptions Neighbours = new();

    /// <summary>Reads an image from the content of a file and compares it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">Name of the file, for messages.</param>
    /// <param name="content">Its content.</param>
    /// <param name="label">For a conditional model: the class that the image has; null for others.</param>
    /// <param name="progress">Receives messages.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <exception cref="InvalidDataException">The file is no image that can be read.</exception>
    public static OwnPicture Of(
        ExploredRun run,
        string name,
        byte[] content,
        int? label,
        IProgress<string> progress,
        CancellationToken cancellation
    )
    {
        var image = Read(run, name, content, cancellation);
        EncodedImages? training = null;
        string remark = "";
        try
        {
            training = run.Training(progress, cancellation);
        }
        catch (IOException e)
        {
            remark =
                "The training images are not available, so there are no nearest images and no comparison of scores: "
                + Problems.Text(e);
        }
        var sample = training is null ? null : run.Reference(training, progress, cancellation);
        progress.Report("Encoding the picture");
        return run.Work(loaded =>
        {
            var given = label is { } one ? loaded.Given(one) : loaded;
            var options = run.ScoreOptions;
            var details = ImageDetails.Of(given, image, training, options, cancellation);
            double score = details.Score.Value(options.By);
            return new OwnPicture(
                details with
                {
                    Score = details.Score with
                    {
                        Percentile = sample?.Percentile(score),
                        Odd = sample is null ? null : score > sample.Quantile(options.Threshold),
                    },
                },
                training is null ? [] : Nearest(details, image, training, run.Threads, cancellation),
                remark
            );
        });
    }

    /// <summary>The content of a file that the browser sends.</summary>
    /// <exception cref="InvalidDataException">The file is too large.</exception>
    public static async Task<byte[]> ReadAsync(IBrowserFile file, CancellationToken cancellation)
    {
        if (file.Size > MostBytes)
            throw new InvalidDataException(
                $"{file.Name} has {file.Size >> 20} MB; an image file of at most {MostBytes >> 20} MB is needed."
            );
        byte[] content = new byte[file.Size];
        await using var stream = file.OpenReadStream(MostBytes, cancellation);
        await stream.ReadExactlyAsync(content, cancellation);
        return content;
    }

    private static ChosenImage Read(ExploredRun run, string name, byte[] content, CancellationToken cancellation)
    {
        if (content.Length == 0)
            throw new InvalidDataException($"{name} is empty; give an image file.");
        var images = run.Work(loaded =>
            ImagesByPath.LoadContents(
                [(name, content)],
                loaded.Model.ImageShape,
                loaded.Config.DatasetOptions with
                {
                    Strict = true,
                },
                cancellation
            )
        );
        return new ChosenImage(images.Images, 0, name);
    }

    private static IReadOnlyList<NearImage> Nearest(
        ImageDetails details,
        ChosenImage image,
        EncodedImages training,
        int threads,
        CancellationToken cancellation
    )
    {
        var options = Neighbours with { Threads = threads, Count = Math.Min(Neighbours.Count, training.Count) };
        var query = new EncodedImages(image.Images, details.Code, training.Dimensions);
        var found = NeighboursWorkflow.Search(query, [0], training, options, cancellation)[0];
        return
        [
            .. found.Neighbours.Select(near => new NearImage(
                training.Name(near.Index),
                training.Images.ClassName(near.Index),
                near.Distance,
                PictureUrl.Of(training.Picture(near.Index))
            )),
        ];
    }
}

/// <summary>A training image near to another.</summary>
/// <param name="Name">Its file, or its index.</param>
/// <param name="Class">Name of its class; null if it has none.</param>
/// <param name="Distance">Euclidean distance of the codes.</param>
/// <param name="Picture">The image as a URL.</param>
internal sealed record NearImage(string Name, string? Class, double Distance, string Picture);
