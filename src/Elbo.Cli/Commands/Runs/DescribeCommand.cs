using System.CommandLine;
using System.Text.Json.Nodes;
using Elbo.Cli.Terminal;
using Elbo.Data;
using Elbo.Models;
using Elbo.Training.Runs;
using Elbo.Workflows;

namespace Elbo.Cli.Commands.Runs;

/// <summary><c>elbo describe</c></summary>
internal static class DescribeCommand
{
    private static readonly string[] OptionsOfData = ["model", "dataset", "image-size", "colour"];

    /// <summary>The options that describe a model and the size of its images.</summary>
    public static IReadOnlyList<OptionDescriptor> ModelOptions { get; } =
    [.. RunConfig.List.Where(option => OptionsOfData.Contains(option.Name)), .. ModelCatalog.Options];

    public static Command Create()
    {
        var run = new Argument<string?>(RunArguments.Name)
        {
            Description = "run folder, as printed by 'elbo train'; without it, the options describe a new model",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var options = new DeclaredOptions(ModelOptions);
        var json = RunArguments.Json();
        var command = new Command("describe", "Show the layers of a model, their output shapes and parameters") { run };
        options.AddTo(command);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            var given = options.Read(parsed);
            if (parsed.GetValue(run) is { } path && given.Count > 0)
                throw new ArgumentException(
                    $"{given.First().Key} was given with a run; options describe a model that is not trained yet. "
                        + "Leave out one of them."
                );
            var (summary, shape) = parsed.GetValue(run) is { } folder
                ? DescribeWorkflow.Run(RunFolder.Open(folder))
                : DescribeWorkflow.Run(RunSettings.Merge(("the command line", given)));
            if (parsed.GetValue(json))
                Console.WriteLine(Json(summary, shape).ToJsonString());
            else
                Print(summary, shape);
            return Report.Success;
        });
        return HelpPage.Add(command, "elbo describe --model cnn-vae --dataset mnist -z 10");
    }

    private static void Print(ModelSummary summary, ImageShape shape)
    {
        string[][] rows =
        [
            ["layer", "kind", "output", "parameters"],
            .. summary
                .Parts.SelectMany(part => part.Layers)
                .Select(layer => (string[])[layer.Name, layer.Kind, layer.Output, Number(layer.Parameters)]),
        ];
        string[] lines = [.. AlignedColumns.Lines(rows, 2, 3).Select(line => $"  {line}")];
        Console.WriteLine(lines[0]);
        int at = 1;
        foreach (var part in summary.Parts)
        {
            Console.WriteLine(part.Title);
            foreach (var _ in part.Layers)
                Console.WriteLine(lines[at++]);
        }
        Console.WriteLine($"{Number(summary.Parameters)} parameters for images of {shape}");
    }

    private static JsonObject Json(ModelSummary summary, ImageShape shape) =>
        new()
        {
            ["image"] = shape.ToString(),
            ["parameters"] = summary.Parameters,
            ["parts"] = new JsonArray([
                .. summary.Parts.Select(part => new JsonObject
                {
                    ["title"] = part.Title,
                    ["layers"] = new JsonArray([
                        .. part.Layers.Select(layer => new JsonObject
                        {
                            ["name"] = layer.Name,
                            ["kind"] = layer.Kind,
                            ["output"] = layer.Output,
                            ["parameters"] = layer.Parameters,
                        }),
                    ]),
                }),
            ]),
        };

    private static string Number(long value) => FormattableString.Invariant($"{value:N0}");
}
