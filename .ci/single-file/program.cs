// A single-file program without any property that trains, saves, loads and generates. .ci/run adds a line '#:project …'
// and runs it outside the repository, with 'dotnet run' and compiled ahead of time with 'dotnet publish'.
using System.Diagnostics;
using Elbo;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Training;

double start = (DateTime.Now - Process.GetCurrentProcess().StartTime).TotalMilliseconds;
var data = DatasetCatalog.Get("digits").Load(DataLocation.FromEnvironment());
var images = data.Train.Slice(0, 2560);
using var vae = new Autoencoder(new VaeOptions { LatentDim = 2 }, images.Shape, seed: 1);
var watch = Stopwatch.StartNew();
vae.Fit(images, new FitOptions { Epochs = 2 });
double step = watch.Elapsed.TotalMilliseconds / (2 * Math.Ceiling(images.Count / 128.0));
vae.Save(args[0]);
using var loaded = Autoencoder.Load(args.Length > 1 ? args[1] : args[0]);
float[] generated = loaded.Generate(16);
if (args.Length == 1 && !generated.SequenceEqual(vae.Generate(16).ToArray()))
    throw new InvalidOperationException("the loaded model generates other images than the saved one.");
FigureWriter.Save(
    ReconstructionFigure.Create(generated, generated, images.Shape, rows: 4, columns: 4),
    Path.Combine(args[0], "generated.png")
);
Console.WriteLine(
    $"started in {start:F0} ms; {step:F2} ms a step on {vae.Model.Device.InstructionSet}; "
        + $"loss {vae.History[^1].Loss:F1}"
);
