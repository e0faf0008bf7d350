using Elbo.Training;
using Elbo.Workflows;

namespace Elbo.Cli.Terminal;

/// <summary>Texts on a training run, as plain lines.</summary>
internal static class TrainingLines
{
    public static string Start(TrainingStart start)
    {
        string validation = start.ValidationImages > 0 ? $", {start.ValidationImages:N0} for validation" : "";
        string resumed = start.FirstEpoch > 1 ? $", from epoch {start.FirstEpoch}" : "";
        return $"{start.Config.Model} on {start.Config.Dataset}: {start.Parameters:N0} parameters, "
            + $"{start.TrainImages:N0} training images{validation}, {start.TestImages:N0} test images, "
            + $"{start.Threads} {(start.Threads == 1 ? "thread" : "threads")} ({start.InstructionSet}){resumed}";
    }

    public static string Epoch(IReadOnlyList<EpochMetrics> rows, int epochs)
    {
        int digits = epochs.ToString().Length;
        return $"epoch {rows[0].Epoch.ToString().PadLeft(digits)}/{epochs}  {string.Join("  ", rows.Select(Split))}  "
            + $"{rows[0].ImagesPerSecond:N0} images/s  {rows[0].Seconds:F1} s";
    }

    private static string Split(EpochMetrics row)
    {
        string terms = string.Join(", ", row.Terms.Select(t => $"{t.Name} {t.Value:F2}"));
        string figures = string.Concat(row.Figures.Select(f => $" {f.Name} {f.Value:0.###}"));
        return $"{row.Split} {row.Loss:F2} ({terms}){figures}";
    }
}
