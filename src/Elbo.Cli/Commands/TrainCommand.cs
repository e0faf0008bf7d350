using System.CommandLine;
using System.Text.Json.Nodes;
using Elbo.Cli.Terminal;
using Elbo.Data;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo train</c></summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var recipe = new Option<string?>("--recipe") { Description = "options from a recipe; 'elbo recipes' lists them", HelpName = "NAME" };
        var config = new Option<string?>("--config") { Description = "options from a JSON file, such as the config.json of a run", HelpName = "FILE" };
        var output = new Option<string>("--output", "-o") { Description = "folder above the run folder", DefaultValueFactory = _ => "runs", HelpName = "DIR" };
        var (overwrite, json) = (RunArguments.Overwrite(), RunArguments.Json());
        var settings = TrainSettings.Create();
        var command = new Command("train", "Train a model and write a run folder; without options, a small one on drawn digits") { recipe, config };
        foreach (var setting in settings) command.Options.Add(setting.Option);
        command.Options.Add(output);
        command.Options.Add(overwrite);
        command.Options.Add(json);
        command.SetAction((parsed, cancellation) =>
        {
            var layers = new List<(string, JsonObject)>();
            if (parsed.GetValue(recipe) is { } name) layers.Add(($"recipe {name}", RecipeCatalog.Get(name).Values));
            if (parsed.GetValue(config) is { } file) layers.Add((file, RunSettings.ReadFile(file)));
            layers.Add(("the command line", TrainSettings.Read(settings, parsed)));
            var options = RunSettings.Combine(layers);
            var run = TrainingDisplay.Show(observer => TrainWorkflow.Start(options, parsed.GetRequiredValue(output), parsed.GetValue(overwrite), DataLocation.FromEnvironment(options.DataDir), observer, new DataDisplay(Console.Error), cancellation), out var last);
            Console.WriteLine(parsed.GetValue(json) ? TrainingDisplay.Json(run, last).ToJsonString() : run.Path);
            return Task.FromResult(Report.Success);
        });
        return HelpWithExample.Add(command, "elbo train --dataset mnist --latent-dim 20 --epochs 10 --name first");
    }
}
