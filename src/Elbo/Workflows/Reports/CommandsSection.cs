namespace Elbo.Workflows.Reports;

/// <summary>How to train the run again, go on with it, and use it.</summary>
internal static class CommandsSection
{
    public static Html Compose(RunContent run)
    {
        string path = TrainCommandLine.Quoted(run.Folder.Path);
        List<string> uses =
        [
            $"elbo resume {path} --epochs {Math.Max(run.Epochs, run.Config.Epochs) * 2}",
            $"elbo reconstruct {path}",
            $"elbo denoise {path}",
            $"elbo generate {path}",
            $"elbo embed {path}",
            .. run.Config.ModelOptions.LatentDim == 2 ? (string[])[$"elbo plot {path} --kind manifold"] : [],
            $"elbo report {path}",
        ];
        return Html.Of(
            $"""
            <section>
            <h2>Commands</h2>
            <h3>Train the same run again</h3>
            <pre>{TrainCommandLine.Of(run.Config)}</pre>
            <h3>Go on with it, and use it</h3>
            <pre>{string.Join('\n', uses)}</pre>
            </section>

            """
        );
    }
}
