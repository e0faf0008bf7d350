#:project ../src/Elbo/Elbo.csproj
// Draws the latent space of digits in two ways: as images decoded from a grid of codes, and as a scatter plot of the
// codes of the test images.
//
//   dotnet run samples/manifold.cs [EPOCHS [DATASET]]
//
// The defaults are 20 epochs on the generated digits. For real handwriting, use 60 epochs on mnist.
using Elbo;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Training;

const int Side = 20;
const float Range = 2;

int epochs = args is [var first, ..] ? int.Parse(first) : 20;
string dataset = args is [_, var second, ..] ? second : "digits";
string folder = Path.Combine("runs", "samples", "manifold");

var data = DatasetCatalog.Get(dataset).Load(DataLocation.FromEnvironment());

// The default network is 784–500 ELU–500 tanh–z and back, with dropout 0.1.
using var vae = new Autoencoder(new VaeOptions { LatentDim = 2 }, data.Train.Shape);
vae.Fit(data.Train, new FitOptions { Epochs = epochs });

var manifold = ManifoldFigure.Create(
    vae.Decode(ManifoldGrid.Codes(Side, Side, Range)),
    vae.ImageShape,
    Side,
    Side,
    Range
);
FigureWriter.Save(manifold, Path.Combine(folder, "manifold.png"));
FigureWriter.Save(manifold, Path.Combine(folder, "manifold.pdf"));
var scattered = data.Test.Slice(0, Math.Min(5_000, data.Test.Count));
FigureWriter.Save(
    LatentScatter.Create(
        vae.Encode(scattered),
        scattered.Labels!.Value.Span,
        scattered.ClassNames,
        $"{dataset}: latent space of {scattered.Count:N0} test images"
    ),
    Path.Combine(folder, "latent.png")
);
Console.WriteLine(
    $"{epochs} epochs on {dataset}: test loss {vae.Evaluate(data.Test).Loss:F2} nats per image; figures: {folder}"
);
