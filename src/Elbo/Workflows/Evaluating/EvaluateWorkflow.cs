namespace Elbo.Workflows.Evaluating;

/// <summary>The <c>elbo evaluate</c> command: figures of a trained model on images.</summary>
public static class EvaluateWorkflow
{
    /// <summary>
    /// Evaluates a model, and writes the figures to a JSON file. They are the same for any number of threads.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="options">The images, number of samples, and the destination.</param>
    /// <param name="progress">Receives progress.</param>
    /// <param name="cancellation">Cancels the evaluation. Nothing is written then.</param>
    /// <returns>The figures and the path of the file.</returns>
    /// <exception cref="ArgumentException">An option is invalid, or there are fewer than two images.</exception>
    /// <exception cref="IOException">Images cannot be found, or the file exists or cannot be written.</exception>
    /// <exception cref="InvalidDataException">No image can be read, or the file of factors is damaged.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public static (ModelEvaluation Evaluation, string Path) Run(
        LoadedRun run,
        EvaluateOptions options,
        IProgress<WorkflowProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        string path = OutputPath.Choose(
            options.Output,
            run.Folder.Evaluation($"{options.Choice.Name}.json"),
            options.Overwrite
        );
        if (options.Factors is not null && run.Model.LatentDim < 2)
            throw new ArgumentException(
                "--factors needs codes of 2 or more dimensions, between which there is a gap; those of the run have 1."
            );
        var images = run.Images(options.Choice, cancellation);
        int all = images.Count;
        if (options.Count > 0 && options.Count < images.Count)
            images = images.Slice(0, options.Count);
        if (images.Count < 2)
            throw new ArgumentException(
                $"there is {images.Count} image; an evaluation needs 2 or more, for variances over images."
            );
        var factors = options.Factors is { } file ? FactorTable.Read(file, images, all, cancellation) : null;
        var evaluation = new RunEvaluation(run, images, factors, options, progress, cancellation).Evaluate();
        evaluation.Save(path);
        return (evaluation, path);
    }
}
