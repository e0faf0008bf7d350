using Elbo.Formats;
using Elbo.Training.Runs;
using Elbo.Workflows.Reports;

namespace Elbo.Workflows;

/// <summary>The <c>elbo report</c> command: writes a page about a run from the files in its folder.</summary>
public static class ReportWorkflow
{
    private static readonly string[] Endings = [".html", ".htm"];

    /// <summary>Writes the page of a run.</summary>
    /// <param name="run">The run. A run that is still training is shown up to its last completed epoch.</param>
    /// <param name="output">Path of the file; null replaces the run's own <c>report.html</c>.</param>
    /// <param name="overwrite">Whether another existing file may be replaced.</param>
    /// <param name="cancellation">Cancels the report. Nothing is written then.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="ArgumentException">The extension is not that of a page.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    /// <exception cref="InvalidDataException">A file of the run is damaged.</exception>
    public static string Run(
        RunFolder run,
        string? output = null,
        bool overwrite = false,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!string.IsNullOrWhiteSpace(output) && !Endings.Contains(Path.GetExtension(output).ToLowerInvariant()))
            throw new ArgumentException(
                $"output is '{output}'; the file name's ending must be one of {string.Join(", ", Endings)}."
            );
        string path = output is null ? run.Report : OutputPath.Choose(output, run.Report, overwrite);
        run.DeleteStrays();
        AtomicFile.WriteText(path, RunReport.Compose(RunContent.Load(run, path) with { Cancellation = cancellation }));
        return path;
    }
}
