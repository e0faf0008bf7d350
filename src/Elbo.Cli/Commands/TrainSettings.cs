using System.CommandLine;
using Elbo.Models;
using Elbo.Training.Runs;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary>Options of <c>elbo train</c> that a config file has under the same names.</summary>
internal static class TrainSettings
{
    private const string ModelOption = "--model";

    /// <summary>The options of every run and every model.</summary>
    public static DeclaredOptions Create() => new([.. RunConfig.List, .. ModelCatalog.Options]);

    /// <summary>
    /// The sections of help by group, with the options shared by all models, or those of the model given by
    /// <c>--model</c>.
    /// </summary>
    /// <param name="parsed">The command line beside <c>--help</c>.</param>
    /// <param name="own">Options that only the command has.</param>
    /// <param name="json">The line of <c>--json</c>.</param>
    public static IReadOnlyList<HelpSection> Help(
        ParseResult parsed,
        IEnumerable<OptionDescriptor> own,
        (string Left, string Right) json
    )
    {
        var chosen = Chosen(parsed);
        var all = RunConfig.List.Concat(OfModel(chosen)).Concat(own).ToLookup(o => o.Group, DeclaredOptions.Line);
        return
        [
            new HelpSection("Options", [.. all[null]]),
            new HelpSection("Data", [.. all[OptionGroup.Data]]),
            new HelpSection("Model", [.. all[OptionGroup.Model]], Note(chosen)),
            new HelpSection("Training", [.. all[OptionGroup.Training]]),
            new HelpSection("Output", [.. all[OptionGroup.Output], json]),
        ];
    }

    private static ModelEntry? Chosen(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.First(option => option.Name == ModelOption) is { } option
        && parsed.GetResult(option) is { Implicit: false, Tokens: [var name, ..] }
            ? ModelCatalog.Get(name.Value)
            : null;

    private static IEnumerable<OptionDescriptor> OfModel(ModelEntry? chosen) =>
        chosen?.Options
        ?? ModelCatalog
            .Options.Where(option => ModelCatalog.All.All(model => Find(model, option.Name) is not null))
            .Select(Shared);

    /// <summary>An option shared by all models, with the default of each if they differ.</summary>
    private static OptionDescriptor Shared(OptionDescriptor option)
    {
        var defaults = ModelCatalog
            .All.GroupBy(model => Find(model, option.Name)!.Default)
            .Select(group => (Value: group.Key, Models: string.Join(", ", group.Select(model => model.Name))))
            .ToArray();
        return defaults.Length == 1
            ? option
            : option with
            {
                Default = string.Join("; ", defaults.Select(d => $"{d.Value} for {d.Models}")),
            };
    }

    private static OptionDescriptor? Find(ModelEntry model, string name) =>
        model.Options.FirstOrDefault(option => option.Name == name);

    private static string Note(ModelEntry? chosen) =>
        chosen is null
            ? "More options of one model: elbo train --help --model NAME, "
                + $"with {string.Join(", ", ModelCatalog.All.Select(model => model.Name))}."
            : $"These are the options of {chosen.Name}: {chosen.Description}.";
}
