#:project ../src/Elbo/Elbo.csproj
// Removes noise from images. In training, the encoder gets images with noise, and the loss compares the output of the
// decoder with the clean images.
//
//   dotnet run samples/denoise.cs [EPOCHS [DATASET]]
//
// The defaults are 20 epochs on the generated digits. For real handwriting, use 60 epochs on mnist.
using Elbo;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Training;

const int Side = 10;

int epochs = args is [var first, ..] ? int.Parse(first) : 20;
string dataset = args is [_, var second, ..] ? second : "digits";
string folder = Path.Combine("runs", "samples", "denoise");

var data = DatasetCatalog.Get(dataset).Load(DataLocation.FromEnvironment());
using var vae = new Autoencoder(new VaeOptions { LatentDim = 20 }, data.Train.Shape);
vae.Fit(
    data.Train,
    new FitOptions
    {
        Epochs = epochs,
        Noise = NoiseKind.Gaussian,
        NoiseFactor = 0.7f,
    }
);

float[] clean = data.Test.Slice(0, Side * Side).ToIntensities();
float[] noisy = vae.AddNoise(clean, NoiseKind.Gaussian, 0.7f);
float[] restored = vae.Reconstruct(ImageInput.Noisy(noisy));
FigureWriter.Save(
    ReconstructionFigure.Create(clean, restored, vae.ImageShape, Side, Side, noisy: noisy),
    Path.Combine(folder, "denoising.png")
);
Console.WriteLine(
    $"{epochs} epochs on {dataset}: mean squared error per pixel {Error(clean, noisy):F4} with noise, "
        + $"{Error(clean, restored):F4} restored; picture: {folder}"
);

static double Error(float[] a, float[] b) => a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Average();
