using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo plot</c></summary>
internal static class PlotCommand
{
    public static Command Create()
    {
        var (run, dataDir, threads, overwrite) = (RunArguments.Run(), RunArguments.DataDir(), RunArguments.Threads(), RunArguments.Overwrite());
        var kind = RunArguments.Choice("--kind", "what to draw", PlotKind.Latent);
        var range = RunArguments.Number("--range", "for the manifold: the plane covers ±this", RunPictures.ManifoldRange);
        var output = RunArguments.Output("file to write: .png, .pdf or .svg; otherwise a PNG among the run's plots");
        var command = new Command("plot", "Draw the latent space, the manifold or the loss curves") { run, kind, range, output, overwrite, dataDir, threads };
        command.SetAction(parsed =>
        {
            using var loaded = LoadedRun.Open(parsed.GetRequiredValue(run), parsed.GetValue(dataDir), parsed.GetValue(threads));
            Console.WriteLine(PlotWorkflow.Run(loaded, parsed.GetValue(kind) ?? PlotKind.Latent, parsed.GetValue(range), parsed.GetValue(output), parsed.GetValue(overwrite)));
            return Report.Success;
        });
        return HelpWithExample.Add(command, "elbo plot runs/vae-mnist-z2 --kind manifold --output manifold.pdf");
    }
}
