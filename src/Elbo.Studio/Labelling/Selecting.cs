using Elbo.Studio.Layout;
using Elbo.Studio.Runs;
using Elbo.Workflows;
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
                    SelectWorkflow.Run(lease.Run, options, new Stages(progress), cancellation).Path
                );
            }
        );
        return done ? name : null;
    }

    private sealed class Stages(IProgress<string> page) : IProgress<WorkflowProgress>
    {
        private string _last = "";

        public void Report(WorkflowProgress value)
        {
            string text = value.Share > 0 ? $"{Capital(value.Stage)}, {value.Share:P0}" : Capital(value.Stage);
            if (text != _last)
                page.Report(_last = text);
        }

        private static string Capital(string text) =>
            text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..];
    }
}
