using Elbo.Data;
using Elbo.Engine;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>The <c>elbo describe</c> command: the layers of a model.</summary>
public static class DescribeWorkflow
{
    /// <summary>Describes the model of a run. Its images are not needed.</summary>
    /// <exception cref="IOException">The run cannot be read.</exception>
    /// <exception cref="InvalidDataException">The run is damaged or has no weights yet.</exception>
    public static (ModelSummary Summary, ImageShape Shape) Run(RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var config = RunSettings.Load(run);
        var shape =
            (File.Exists(run.Model) ? ModelFile.ReadShape(run.Model) : null)
            ?? throw new InvalidDataException($"{run.Path} has no weights yet; 'elbo resume {run.Path}' trains it.");
        using var device = new Device(new DeviceOptions { Threads = 1 });
        return (ModelSummary.Of(ModelFile.Create(run.Model, config.ModelOptions, shape, device, new Rng(0))), shape);
    }

    /// <summary>Describes the model that some options would train.</summary>
    /// <exception cref="ArgumentException">
    /// The size of the images is not known from the dataset or <c>image-size</c>, or does not suit the model.
    /// </exception>
    public static (ModelSummary Summary, ImageShape Shape) Run(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var (complete, shape) = Complete(config);
        return (Summary(complete.ModelOptions, shape), shape);
    }

    /// <summary>The options with the classes of the dataset, and the shape of the images.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Run(RunConfig)"/>.</exception>
    internal static (RunConfig Config, ImageShape Shape) Complete(RunConfig config)
    {
        var shape =
            config.DatasetOptions.ImageSize is { } size ? Shape(size, config.DatasetOptions.Colour)
            : DatasetCatalog.Get(config.Dataset).Shape is { } known ? known
            : throw new ArgumentException(
                $"the size of the images of {config.Dataset} is known only from its files; give --image-size, and "
                    + "--colour grey for grey images."
            );
        return (config with { ModelOptions = WithClasses(config) }, shape);
    }

    /// <summary>The options of the model, with the classes of the dataset if it is conditional on them.</summary>
    private static ModelOptions WithClasses(RunConfig config)
    {
        var model = config.ModelOptions;
        if (model.Condition is not { Count: 0 })
            return model;
        var classes = DatasetCatalog.Get(config.Dataset).ClassNames;
        return classes.Count > 0
            ? model with
            {
                Condition = classes,
            }
            : throw new ArgumentException(
                $"the classes of {config.Dataset} are known only from its files; give --condition-classes."
            );
    }

    private static ImageShape Shape(ImageSize size, ImageColour? colour) =>
        new(colour == ImageColour.Grey ? 1 : 3, size.Height, size.Width);

    private static ModelSummary Summary(ModelOptions options, ImageShape shape)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        return ModelSummary.Of(options.Create(shape, device, new Rng(0)));
    }
}
