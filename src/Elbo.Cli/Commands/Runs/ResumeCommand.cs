using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Data;
using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Cli.Commands.Runs;

/// <summary><c>elbo resume</c></summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var run = RunArguments.Run();
        var options = new DeclaredOptions(ResumeOptions.List);
        var command = new Command(
            "resume",
            "Resume from the newest intact checkpoint, to the same bits as an uninterrupted run"
        )
        {
            run,
        };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var wanted = ResumeOptions.List.Read(new ResumeOptions(), options.Read(parsed));
                var folder = RunFolder.Open(parsed.GetRequiredValue(run));
                var location = wanted.DataDir is null ? null : DataLocation.FromEnvironment(wanted.DataDir);
                TrainingDisplay.Show(
                    (observer, data) =>
                    {
                        TrainWorkflow.Resume(
                            folder,
                            wanted.Epochs,
                            location,
                            observer,
                            data,
                            wanted.Device,
                            wanted.TensorFloat32,
                            cancellation
                        );
                        return folder;
                    },
                    out _
                );
                Console.WriteLine(folder.Path);
                return Task.FromResult(Report.Success);
            }
        );
        return HelpPage.Add(command, "elbo resume runs/vae-mnist-z2 --epochs 60");
    }

    private sealed record ResumeOptions
    {
        public int? Epochs { get; init; }

        public string? DataDir { get; init; }

        public string? Device { get; init; }

        public bool? TensorFloat32 { get; init; }

        public static IReadOnlyList<OptionOf<ResumeOptions>> List { get; } =
        [
            OptionOf<ResumeOptions>.WholeNumber(
                "epochs",
                "total number of epochs; by default the number that the run was started with",
                o => o.Epochs,
                (o, v) => o with { Epochs = v }
            ) with
            {
                Letter = 'e',
            },
            CommonOptions.DataDir<ResumeOptions>(o => o.DataDir, (o, v) => o with { DataDir = v }),
            CommonOptions.Device<ResumeOptions>(o => o.Device, (o, v) => o with { Device = v }),
            CommonOptions.TensorFloat32<ResumeOptions>(o => o.TensorFloat32, (o, v) => o with { TensorFloat32 = v }),
        ];
    }
}
