namespace Elbo.Workflows;

/// <summary>Progress of a command that has several stages.</summary>
/// <param name="Stage">Current stage: <c>encoding 10,000 images</c>.</param>
/// <param name="Share">Completed fraction of the stage, in [0, 1].</param>
public readonly record struct WorkflowProgress(string Stage, double Share);

/// <summary>Forwards the progress of a stage.</summary>
internal sealed class StageProgress(IProgress<WorkflowProgress>? progress, string stage) : IProgress<double>
{
    public void Report(double value) => progress?.Report(new WorkflowProgress(stage, value));
}
