#:project ../src/Elbo/Elbo.csproj
// The shortest complete program: it trains a VAE on generated digits, encodes and reconstructs images, generates new
// ones, saves the model and loads it again.
//
//   dotnet run samples/quickstart.cs [EPOCHS]
//
// The default is 10 epochs.
using Elbo;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Training;

int epochs = args is [var first, ..] ? int.Parse(first) : 10;
string folder = Path.Combine("runs", "samples", "quickstart");

var data = DatasetCatalog.Get("digits").Load(DataLocation.FromEnvironment());
using var vae = new Autoencoder(new VaeOptions { LatentDim = 10 }, data.Train.Shape);
foreach (var figures in vae.Fit(data.Train, new FitOptions { Epochs = epochs }))
    Console.WriteLine($"{figures}, {figures.ImagesPerSecond:N0} images/s");
Console.WriteLine(vae.Evaluate(data.Test));

var shown = data.Test.Slice(0, 25);
float[] codes = vae.Encode(shown);
Console.WriteLine($"the code of the first test image: {string.Join(", ", codes[..10].Select(z => $"{z:F2}"))}");

FigureWriter.Save(
    ReconstructionFigure.Create(shown.ToIntensities(), vae.Decode(codes), vae.ImageShape, rows: 5, columns: 5),
    Path.Combine(folder, "reconstruction.png")
);
FigureWriter.Save(
    new ImagePanels([
        ReconstructionFigure.Panel("samples from the prior", vae.Generate(25), vae.ImageShape, rows: 5, columns: 5),
    ]),
    Path.Combine(folder, "generated.png")
);
vae.Save(folder, overwrite: true);

using var loaded = Autoencoder.Load(folder);
Console.WriteLine(
    $"loaded again, it {(loaded.Encode(shown).Values.Span.SequenceEqual(codes) ? "gives the same codes" : "differs")}"
);
Console.WriteLine($"figures and model: {folder}");
