#:project ../src/Elbo/Elbo.csproj
// Trains a VAE with a Gaussian decoder of fixed variance, once with variance 0.001 and once with 0.1. The smaller
// variance gives the reconstruction more weight against the KL divergence.
//
//   dotnet run samples/gaussian-decoder.cs [EPOCHS [DATASET]]
//
// The defaults are 10 epochs on the generated digits. For real handwriting, use 20 epochs on mnist.
using Elbo;
using Elbo.Data;
using Elbo.Engine.Autograd;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Nn;
using Elbo.Training;

const int Side = 8;

int epochs = args is [var first, ..] ? int.Parse(first) : 10;
string dataset = args is [_, var second, ..] ? second : "digits";
string folder = Path.Combine("runs", "samples", "gaussian-decoder");

var data = DatasetCatalog.Get(dataset).Load(DataLocation.FromEnvironment());
var shown = data.Test.Slice(0, Side * Side);
foreach (float variance in (float[])[0.001f, 0.1f])
{
    // With this decoder, the loss is ‖x − m‖² / (2·variance) plus the KL divergence.
    var network = new VaeOptions
    {
        LatentDim = 8,
        Network = DenseOptions.WithLayers(encoder: [64, 64], decoder: [64, 64], Activation.Relu) with
        {
            Dropout = 0.3f,
            WeightInit = Initialization.GlorotUniform,
        },
        Likelihood = new LikelihoodOptions { Decoder = DecoderKind.Gaussian, Variance = variance },
    };
    using var vae = new Autoencoder(network, data.Train.Shape);
    var last = vae.Fit(
        data.Train,
        new FitOptions
        {
            Epochs = epochs,
            BatchSize = 32,
            LearningRate = 1e-2f,
            EarlyStopping = 15,
        },
        validation: data.Test
    )[^1];
    string terms = string.Join(", ", last.Terms.Select(t => $"{t.Name} {t.Value:F2}"));
    Console.WriteLine($"variance {variance}: {last.Split} {terms} nats per image");
    FigureWriter.Save(
        ReconstructionFigure.Create(
            shown.ToIntensities(),
            vae.Reconstruct(shown),
            vae.ImageShape,
            Side,
            Side,
            $"variance {variance}"
        ),
        Path.Combine(folder, $"reconstruction-{variance}.png")
    );
    FigureWriter.Save(
        new ImagePanels([
            ReconstructionFigure.Panel(
                $"samples from the prior, variance {variance}",
                vae.Generate(Side * Side),
                vae.ImageShape,
                Side,
                Side
            ),
        ]),
        Path.Combine(folder, $"generated-{variance}.png")
    );
}
Console.WriteLine($"figures: {folder}");
