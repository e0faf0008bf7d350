using Elbo.Studio.Layout;
using Elbo.Studio.Runs;
using Elbo.Workflows.Selecting;

namespace Elbo.Studio.Labelling;

/// <summary>Runs <c>elbo select</c> for a page.</summary>
internal static class Selecting
{
    /// <summary>Chooses images.</summary>
    /// <returns>The name of the selection; null if it failed or was cancelled.</returns>
    public static async Task<string?> RunAsync(Job job, ModelPool pool, string run, SelectOptions options)
    {
        string? name = null;
        bool done = await job.RunAsync(
            "Choosing images",
            async (progress, cancellation) =>
            {
                using var lease = await pool.OpenAsync(run);
                name = Path.GetFileName(
                    SelectWorkflow.Run(lease.Run, options, new StageMessages(progress), cancellation).Path
                );
            }
        );
        return done ? name : null;
    }
}
