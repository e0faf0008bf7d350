using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows.Exploring;

namespace Elbo.Cli.Commands.Exploring;

/// <summary><c>elbo duplicates</c></summary>
internal static class DuplicatesCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var options = new DeclaredOptions([.. DuplicatesOptions.List, .. OpenOptions.List]);
        var command = new Command("duplicates", "Find exact and near copies among the images") { run };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var given = options.Read(parsed);
                var wanted = DuplicatesOptions.List.Read(new DuplicatesOptions(), given);
                wanted.Validate();
                using var loaded = RunArguments.Open(parsed, run, given, cancellation);
                var summary = DuplicatesWorkflow.Run(loaded, wanted, cancellation);
                foreach (string line in Lines(summary, wanted))
                    Console.Error.WriteLine(line);
                Console.WriteLine(summary.Path);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo duplicates runs/vae-mnist-z10 --threshold 0.1");
    }

    private static IEnumerable<string> Lines(DuplicatesSummary summary, DuplicatesOptions options)
    {
        var images = summary.Groups.SelectMany(group => group.Images).ToArray();
        int exact = images.Count(image => image.Kind == DuplicateKind.Exact),
            files = images.Count(image => image.IsFileCopy);
        yield return summary.Groups.Count == 0
            ? $"{summary.Count:N0} images: no copies"
            : $"{summary.Count:N0} images: {images.Length:N0} with copies in {summary.Groups.Count:N0} "
                + $"{(summary.Groups.Count == 1 ? "group" : "groups")}, {exact:N0} of them exact"
                + (files > 0 ? $" ({files:N0} with equal files)" : "");
        if (options.Threshold > 0)
            yield return FormattableString.Invariant(
                $"near copies: pixel distance at most {options.Threshold}, latent distance at most {summary.LatentRadius:G3}, the median of all pairs"
            );
        int across = summary.Groups.Count(group => group.IsAcrossTrainAndTest);
        if (options.Images is null)
            yield return across == 0
                ? "no copies across train and test"
                : $"copies across train and test: {summary.TestImagesInTrain:N0} test images in {across:N0} "
                    + $"{(across == 1 ? "group" : "groups")}; the test loss is too low by them";
        int conflicts = summary.Groups.Count(group => group.HasConflictingLabels);
        if (conflicts > 0)
            yield return $"copies with different labels: {conflicts:N0} {(conflicts == 1 ? "group" : "groups")}";
    }
}
