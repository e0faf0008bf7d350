using System.CommandLine;
using Elbo.Cli.Terminal;
using Elbo.Workflows;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo plot</c></summary>
internal static class PlotCommand
{
    public static Command Create()
    {
        var usual = new PlotOptions();
        var (run, dataDir, weights, threads, overwrite) = (
            RunArguments.Run(),
            RunArguments.DataDir(),
            RunArguments.Weights(),
            RunArguments.Threads(),
            RunArguments.Overwrite()
        );
        var kind = RunArguments.Choice("--kind", "what to draw", usual.Kind);
        var projection = RunArguments.Projection(
            "for the latent plot: how codes are brought to a plane; otherwise two or three dimensions are drawn "
                + "as they are, others by pca"
        );
        var (perplexity, seed) = (RunArguments.Perplexity(), RunArguments.Seed());
        var azimuth = RunArguments.Number(
            "--azimuth",
            "for three dimensions: degrees about z3 from which they are seen",
            usual.Azimuth
        );
        var elevation = RunArguments.Number(
            "--elevation",
            "for three dimensions: degrees above the plane of z1 and z2",
            usual.Elevation
        );
        var range = RunArguments.Number("--range", "for the manifold: the plane covers ±this", usual.Range);
        var gridSize = RunArguments.Number("--grid-size", "for the manifold: images along each side", usual.GridSize);
        var quantiles = new Option<bool>("--quantiles")
        {
            Description = "for the manifold: codes at the prior's quantiles instead of a regular grid",
        };
        var withCodes = new Option<bool>("--with-codes")
        {
            Description = "for the manifold: draw the codes of test images over it",
        };
        var output = RunArguments.Output(
            "file to write: .png, .pdf, .svg, or for the latent plot .html, which is interactive; otherwise a "
                + "PNG among the run's plots"
        );
        var command = new Command(
            "plot",
            "Draw the latent space, the manifold, the loss curves, or the clusters of a Gaussian-mixture VAE"
        )
        {
            run,
            kind,
            projection,
            perplexity,
            seed,
            azimuth,
            elevation,
            range,
            gridSize,
            quantiles,
            withCodes,
            output,
            overwrite,
            weights,
            dataDir,
            threads,
        };
        command.SetAction(parsed =>
        {
            var options = new PlotOptions
            {
                Kind = parsed.GetValue(kind) ?? usual.Kind,
                Projection = parsed.GetValue(projection),
                Perplexity = parsed.GetValue(perplexity),
                Seed = parsed.GetValue(seed),
                Azimuth = parsed.GetValue(azimuth),
                Elevation = parsed.GetValue(elevation),
                Range = parsed.GetValue(range),
                GridSize = parsed.GetValue(gridSize),
                Quantiles = parsed.GetValue(quantiles),
                WithCodes = parsed.GetValue(withCodes),
                Threads = parsed.GetValue(threads),
                Output = parsed.GetValue(output),
                Overwrite = parsed.GetValue(overwrite),
            };
            options.Validate();
            using var loaded = RunArguments.Open(parsed, run, dataDir, threads, weights);
            var (path, caption) = PlotWorkflow.Run(loaded, options);
            if (caption.Length > 0)
                Console.Error.WriteLine(caption);
            Console.WriteLine(path);
            return Report.Success;
        });
        return HelpWithExample.Add(command, "elbo plot runs/vae-mnist-z2 --output latent.html");
    }
}
