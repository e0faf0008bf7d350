using Elbo.Formats;
using Elbo.Training.Runs;
using Elbo.Workflows.Reports;

namespace Elbo.Workflows;

/// <summary>What <c>elbo report</c> does: a page that shows a run, from the files of its folder alone.</summary>
public static class ReportWorkflow
{
    private static readonly string[] Endings = [".html", ".htm"];

    /// <summary>Writes the page of a run.</summary>
    /// <param name="run">The run; one that still trains is shown as far as it has come.</param>
    /// <param name="output">The file; null writes the run's own <c>report.html</c> anew.</param>
    /// <param name="overwrite">Whether another file that is there may be replaced.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ArgumentException">The ending is not that of a page.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    /// <exception cref="InvalidDataException">A file of the run is damaged.</exception>
    public static string Run(RunFolder run, string? output = null, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!string.IsNullOrWhiteSpace(output) && !Endings.Contains(Path.GetExtension(output).ToLowerInvariant()))
            throw new ArgumentException(
                $"output is '{output}'; the file name's ending must be one of {string.Join(", ", Endings)}."
            );
        string path = output is null ? run.Report : OutputPath.Choose(output, run.Report, overwrite);
        AtomicFile.WriteText(path, RunReport.Compose(RunContent.Load(run, path)));
        return path;
    }
}
