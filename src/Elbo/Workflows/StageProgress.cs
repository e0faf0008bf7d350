namespace Elbo.Workflows;

/// <summary>Passes on the share of one stage.</summary>
internal sealed class StageProgress(IProgress<SelectionProgress>? progress, string stage) : IProgress<double>
{
    public void Report(double value) => progress?.Report(new SelectionProgress(stage, value));
}
