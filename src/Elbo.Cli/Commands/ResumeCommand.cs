using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Data;
using Elbo.Training.Runs;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo resume</c></summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var (run, dataDir) = (RunArguments.Run(), RunArguments.DataDir());
        var epochs = RunArguments.OptionalNumber<int>(
            "--epochs",
            "how many epochs the run is to have in all; otherwise as many as it was started with",
            "-e"
        );
        var command = new Command(
            "resume",
            "Go on from the newest sound checkpoint, to the same bits as if never stopped"
        )
        {
            run,
            epochs,
            dataDir,
        };
        command.SetAction(
            (parsed, cancellation) =>
            {
                var folder = RunFolder.Open(parsed.GetRequiredValue(run));
                var location = DataLocation.FromEnvironment(
                    parsed.GetValue(dataDir) ?? RunSettings.Load(folder).DataDir
                );
                TrainingDisplay.Show(
                    (observer, data) =>
                    {
                        TrainWorkflow.Resume(folder, parsed.GetValue(epochs), location, observer, data, cancellation);
                        return folder;
                    },
                    out _
                );
                Console.WriteLine(folder.Path);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpWithExample.Add(command, "elbo resume runs/vae-mnist-z2 --epochs 60");
    }
}
