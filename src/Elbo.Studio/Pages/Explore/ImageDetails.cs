using Elbo.Models;
using Elbo.Studio.Layout;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Exploring;

namespace Elbo.Studio.Pages.Explore;

/// <summary>One image with what the model makes of it.</summary>
/// <param name="Image">The image among others.</param>
/// <param name="Code">Mean of q(z|x), (Z).</param>
/// <param name="Label">For a conditional model: the class that the image is decoded as; null for others.</param>
/// <param name="Score">Its scores.</param>
internal sealed record ImageDetails(ChosenImage Image, float[] Code, int? Label, ScoredImage Score)
{
    /// <summary>The image as the encoder takes it, as a URL.</summary>
    public required string Original { get; init; }

    /// <summary>The expected image of the code, as a URL.</summary>
    public required string Reconstruction { get; init; }

    /// <summary>Absolute difference of the two, as a URL.</summary>
    public required string Difference { get; init; }

    /// <summary>Name of the class; null if it has none.</summary>
    public string? Class => Image.Images.ClassName(Image.Index);

    /// <summary>Encodes, decodes and scores an image.</summary>
    /// <param name="run">The run, given a class if it is conditional and the image has no label.</param>
    /// <param name="image">The image.</param>
    /// <param name="training">Training images, for distances of neighbours; null leaves these out.</param>
    /// <param name="options">Options of the scores.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    public static ImageDetails Of(
        LoadedRun run,
        ChosenImage image,
        EncodedImages? training,
        ScoreOptions options,
        CancellationToken cancellation
    )
    {
        var alone = image.Images.Slice(image.Index, 1);
        var shape = run.Model.ImageShape;
        var model = image.Given(run.Model);
        float[] input = ModelInputs.First(run.Model, run.Config, alone, 1),
            code = image.Code(run),
            output = Inference.Decode(model, code);
        var scorer = new ImageScorer(run, training, options, null, cancellation);
        return new ImageDetails(image, code, model.Class, scorer.Score(alone, _ => -1, "")[0])
        {
            Original = PictureUrl.Of(input, shape),
            Reconstruction = PictureUrl.Of(output, shape),
            Difference = PictureUrl.Of([.. input.Zip(output, (a, b) => Math.Abs(a - b))], shape),
        };
    }
}

/// <summary>The images of the page Explore that have a card.</summary>
public enum ImageRole
{
    /// <summary>The first selected image.</summary>
    A,

    /// <summary>The second selected image.</summary>
    B,

    /// <summary>The user's own picture.</summary>
    Own,
}
