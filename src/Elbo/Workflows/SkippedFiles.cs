using Elbo.Data;
using Elbo.Formats;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>
/// Reports image files that were skipped: the first few to the observer, all of them in the run folder.
/// </summary>
internal static class SkippedFiles
{
    private const int Shown = 10;

    /// <summary>
    /// Writes <see cref="RunFolder.Unreadable"/> if a file could not be read, and notifies the observer.
    /// </summary>
    public static void Report(DatasetSplits data, RunFolder run, ITrainingObserver observer)
    {
        foreach (string remark in data.Remarks)
            observer.Note(remark);
        if (data.Unreadable.Count == 0)
            return;
        AtomicFile.WriteText(
            run.Unreadable,
            string.Concat(data.Unreadable.Select(file => $"{Plain(file.Path)}\t{Plain(file.Reason)}\n"))
        );
        observer.Note(
            $"skipped {data.Unreadable.Count:N0} {(data.Unreadable.Count == 1 ? "file that" : "files that")} "
                + $"cannot be read; listed in {run.Unreadable}:"
        );
        foreach (var file in data.Unreadable.Take(Shown))
            observer.Note($"{Plain(file.Path)}: {Plain(file.Reason)}");
        if (data.Unreadable.Count > Shown)
            observer.Note($"and {data.Unreadable.Count - Shown:N0} more.");
    }

    /// <summary>
    /// Removes line breaks and tabs, which file names may contain but lists with one line per file must not.
    /// </summary>
    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
