using System.CommandLine;
using System.Globalization;
using Elbo.Cli.Terminal;
using Elbo.Workflows.Evaluating;

namespace Elbo.Cli.Commands.Runs;

/// <summary><c>elbo score</c></summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var options = new DeclaredOptions([.. ScoreOptions.List, .. OpenOptions.List]);
        var command = new Command("score", "Find odd images: those unlike the training images") { run };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                var wanted = ScoreOptions.List.Read(new ScoreOptions(), given);
                wanted.Validate();
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                ScoreSummary summary;
                using (var display = new StageDisplay(Console.Error))
                    summary = ScoreWorkflow.Run(loaded, wanted, display, cancellation);
                Print(summary, wanted);
                Console.WriteLine(summary.Path);
                return Task.FromResult(wanted.FailAbove && summary.OddCount > 0 ? Report.OddImages : Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo score runs/photos --images new --threshold 0.95");
    }

    /// <summary>Prints how many images are odd on standard error.</summary>
    private static void Print(ScoreSummary summary, ScoreOptions options)
    {
        string by = OptionName.Name(options.By),
            many = summary.Images.Count == 1 ? "image" : "images";
        foreach (string remark in summary.Remarks)
            Console.Error.WriteLine($"elbo: {remark}");
        string scored = FormattableString.Invariant($"{summary.Images.Count:N0} {many}");
        Console.Error.WriteLine(
            summary.Threshold is { } threshold
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{scored}: {summary.OddCount:N0} odd, with {by} above {EvaluationText.Number(threshold)}, the "
                        + $"{options.Threshold} quantile of {summary.References:N0} training images"
                )
                : $"{scored} by {by}"
        );
        if (summary.Foreign is not [var first, ..])
            return;
        string chance = EvaluationText.Number((double)first.Images / summary.Images.Count);
        Console.Error.WriteLine(
            FormattableString.Invariant(
                $"{first.Images:N0} foreign images against {summary.Images.Count - first.Images:N0} others: "
            ) + $"area under the ROC curve and average precision, by chance 0.5 and {chance}"
        );
        string[][] rows =
        [
            .. summary.Foreign.Select(figures =>
                (string[])
                    [
                        OptionName.Name(figures.By),
                        EvaluationText.Number(figures.AreaUnderRoc),
                        EvaluationText.Number(figures.AveragePrecision),
                    ]
            ),
        ];
        foreach (string line in AlignedColumns.Lines(rows, 1, 2))
            Console.Error.WriteLine($"  {line}");
    }
}
