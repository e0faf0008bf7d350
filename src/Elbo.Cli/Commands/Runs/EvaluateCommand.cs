using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows.Evaluating;

namespace Elbo.Cli.Commands.Runs;

/// <summary><c>elbo evaluate</c></summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var json = RunArguments.Json();
        var options = new DeclaredOptions([.. EvaluateOptions.List, .. OpenOptions.List]);
        var command = new Command(
            "evaluate",
            "Measure a model on images: log p(x), reconstructions, codes, clusters, samples"
        )
        {
            run,
        };
        options.AddTo(command);
        command.Options.Add(json);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                var wanted = EvaluateOptions.List.Read(new EvaluateOptions(), given);
                wanted.Validate();
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                ModelEvaluation evaluation;
                string path;
                using (var display = new StageDisplay(Console.Error))
                    (evaluation, path) = EvaluateWorkflow.Run(loaded, wanted, display, cancellation);
                Print(evaluation);
                Console.WriteLine(parsed.GetValue(json) ? evaluation.ToJson() : path);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo evaluate runs/vae-mnist-z10 --importance-samples 1000");
    }

    /// <summary>Prints the figures in aligned columns on standard error.</summary>
    private static void Print(ModelEvaluation evaluation)
    {
        var lines = AlignedColumns.Lines([.. evaluation.Figures.Select(Cells)], 1);
        Console.Error.WriteLine($"{evaluation.Count:N0} {evaluation.Images}");
        foreach (var group in evaluation.Figures.Zip(lines).GroupBy(pair => pair.First.Group))
        {
            Console.Error.WriteLine(group.Key);
            foreach (var (_, line) in group)
                Console.Error.WriteLine($"  {line}");
        }
        Console.Error.WriteLine(evaluation.Verdict);
        foreach (string remark in evaluation.Remarks)
            Console.Error.WriteLine($"elbo: {remark}");
    }

    private static string[] Cells(EvaluationFigure figure) =>
        [
            figure.Name,
            EvaluationText.Number(figure.Value),
            figure.StandardError is { } error ? $"± {EvaluationText.Number(error)}" : "",
            figure.Meaning,
        ];
}
