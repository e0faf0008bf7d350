#:project ../src/Elbo/Elbo.csproj
// Trains a convolutional VAE on binary images. The figures show reconstructions, images decoded from random codes, the
// same images with sampled pixels, and images decoded from a plane of the latent space.
//
//   dotnet run samples/cnn-vae.cs [EPOCHS [DATASET]]
//
// The defaults are 2 epochs on the generated digits. For real handwriting, use 60 epochs on mnist with a learning rate
// of 1e-4.
using Elbo;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Training;

const int Side = 8;
const int LatentDim = 10;

int epochs = args is [var first, ..] ? int.Parse(first) : 2;
string dataset = args is [_, var second, ..] ? second : "digits";
string folder = Path.Combine("runs", "samples", "cnn-vae");

var data = DatasetCatalog.Get(dataset).Load(DataLocation.FromEnvironment());

// The default is 64 and 128 channels. Fewer channels make the sample fast.
var network = new CnnVaeOptions
{
    LatentDim = LatentDim,
    Network = new DcganOptions { Channels = [16, 32] },
};
using var vae = new Autoencoder(network, data.Train.Shape);
var options = new FitOptions
{
    Epochs = epochs,
    BatchSize = 64,
    LearningRate = 1e-3f,
    LrSchedule = "plateau",
    Binarize = Binarization.Threshold,
};
foreach (var figures in vae.Fit(data.Train, options))
    Console.WriteLine($"{figures}, {figures.ImagesPerSecond:N0} images/s");

var shown = data.Test.Slice(0, Side * Side);
FigureWriter.Save(
    ReconstructionFigure.Create(shown.ToIntensities(), vae.Reconstruct(shown), vae.ImageShape, Side, Side),
    Path.Combine(folder, "reconstruction.png")
);
FigureWriter.Save(
    new ImagePanels([
        ReconstructionFigure.Panel("means", vae.Generate(Side * Side), vae.ImageShape, Side, Side),
        ReconstructionFigure.Panel(
            "pixels drawn",
            vae.Generate(Side * Side, sampled: true),
            vae.ImageShape,
            Side,
            Side
        ),
        ReconstructionFigure.Panel("z1 to the right, z2 upwards, ±2", vae.Decode(Plane()), vae.ImageShape, Side, Side),
    ]),
    Path.Combine(folder, "generated.png")
);
vae.Save(folder, overwrite: true);
Console.WriteLine($"{vae.Evaluate(data.Test)}; figures and model: {folder}");
Console.WriteLine($"'elbo generate {folder}' generates more images");

// Creates a regular grid over the first two latent dimensions; all others are 0. The first row is at the top of the
// figure, so it has the highest z2.
static float[] Plane()
{
    float[] plane = ManifoldGrid.Codes(Side, Side, range: 2),
        codes = new float[Side * Side * LatentDim];
    for (int i = 0; i < Side * Side; i++)
        (codes[i * LatentDim], codes[(i * LatentDim) + 1]) = (plane[2 * i], -plane[(2 * i) + 1]);
    return codes;
}
