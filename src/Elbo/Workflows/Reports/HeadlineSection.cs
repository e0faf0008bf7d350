using Elbo.Training;

namespace Elbo.Workflows.Reports;

/// <summary>What the run is, and the figures one looks for first.</summary>
internal static class HeadlineSection
{
    public static Html Compose(RunContent run)
    {
        var config = run.Config;
        string about =
            $"{config.Model} on {config.Dataset}, {config.ModelOptions.LatentDim} latent {(config.ModelOptions.LatentDim == 1 ? "dimension" : "dimensions")}";
        return Html.Of(
            $"<h1>{run.Folder.Name}</h1>\n<p class=\"soft\">{about}{Date(run.Record)}{State(run)}</p>\n<dl class=\"headline\">\n{Figures(run)}</dl>\n"
        );
    }

    private static Html Date(RunRecord? record) =>
        record is { Sessions: [var first, ..] }
            ? Html.Of(
                $" · <time datetime=\"{first.Started:yyyy-MM-ddTHH:mm:ssZ}\">{first.Started:d MMMM yyyy, HH:mm} UTC</time>"
            )
            : Html.Empty;

    private static string State(RunContent run) =>
        run.Epochs >= run.Config.Epochs ? ""
        : run.Epochs == 0 ? " · no epoch has ended yet"
        : $" · {run.Epochs} of {run.Config.Epochs} epochs";

    private static IEnumerable<Html> Figures(RunContent run)
    {
        if (run.Last.FirstOrDefault(row => row.Split == "test") is { } test)
        {
            yield return Figure("test loss", $"{test.Loss:F2}", $"after epoch {test.Epoch}");
            if (run.Best is { } best)
                yield return Figure($"best {best.Split} loss", $"{best.Loss:F2}", $"after epoch {best.Epoch}");
            foreach (var (name, value) in test.Terms)
                yield return Figure($"test {name}", $"{value:F2}", "nats per image");
            foreach (var (name, value) in test.Figures)
                yield return Figure($"test {name}", $"{value:0.###}", ClusteringEvaluator.Describe(name));
        }
        if (run.Record is { } record)
        {
            yield return Figure("parameters", $"{record.Parameters:N0}", $"for images of {record.ImageShape}");
            yield return Figure(
                "training images",
                $"{record.TrainImages:N0}",
                (record.ValidationImages > 0 ? $"{record.ValidationImages:N0} for validation, " : "")
                    + $"{record.TestImages:N0} for testing"
            );
        }
        if (run.Epochs == 0)
            yield break;
        EpochMetrics[] trained = [.. run.Of("train")];
        yield return Figure(
            "epochs",
            $"{run.Epochs}",
            run.Epochs == run.Config.Epochs ? "as many as asked for" : $"of {run.Config.Epochs}"
        );
        if (trained.Length > 0)
            yield return Figure(
                "images per second",
                $"{Median([.. trained.Select(row => row.ImagesPerSecond)]):N0}",
                "in training, median epoch"
            );
        yield return Figure(
            "training time",
            Duration(run.Rows[^1].Seconds),
            run.Rows[^1].Seconds / run.Epochs is var each ? $"{each:0.##} s an epoch" : ""
        );
    }

    private static Html Figure(string name, string value, string note) =>
        Html.Of($"<div><dt>{name}</dt><dd>{value} <small>{note}</small></dd></div>\n");

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    /// <summary>Seconds as people say them: <c>15.0 s</c>, <c>3 min 20 s</c>, <c>2 h 5 min</c>.</summary>
    internal static string Duration(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Round(seconds));
        return seconds < 100 ? $"{seconds:F1} s"
            : time.TotalHours < 1 ? $"{(int)time.TotalMinutes} min {time.Seconds} s"
            : $"{(int)time.TotalHours:N0} h {time.Minutes} min";
    }
}
