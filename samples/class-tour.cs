#:project ../src/Elbo/Elbo.csproj
// The Autoencoder class in use. The sample trains deep networks with two and three latent dimensions, evaluates them on
// held-out images after every epoch, and draws reconstructions, generated images and an interactive page of the codes.
//
//   dotnet run samples/class-tour.cs [EPOCHS [DATASET]]
//
// The defaults are 10 epochs on the generated digits. For real handwriting, use 20 epochs on mnist.
using Elbo;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Figures.Interactive;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Training;

const int Side = 5;

int epochs = args is [var first, ..] ? int.Parse(first) : 10;
string dataset = args is [_, var second, ..] ? second : "digits";
var data = DatasetCatalog.Get(dataset).Load(DataLocation.FromEnvironment());

foreach (int latentDim in (int[])[2, 3])
{
    // To average the KL divergence over the latent dimensions instead of summing it, set Beta = 1f / latentDim in the
    // FitOptions. For a decoder with linear hidden layers, set DecoderActivations = [Activation.None] in the
    // DenseOptions of the network.
    using var vae = new Autoencoder(
        VaeOptions.WithLayers(encoder: [512, 128, 64], decoder: [64, 128, 512], latentDim),
        data.Train.Shape
    );
    string folder = Path.Combine("runs", "samples", $"class-tour-z{latentDim}");

    // FitAsync keeps a user interface responsive. Ctrl-C stops training, and the model keeps its current weights.
    using var stop = new CancellationTokenSource();
    ConsoleCancelEventHandler interrupt = (_, pressed) =>
    {
        pressed.Cancel = true;
        stop.Cancel();
    };
    Console.CancelKeyPress += interrupt;
    try
    {
        await vae.FitAsync(
            data.Train,
            new FitOptions
            {
                Epochs = epochs,
                BatchSize = 128,
                LearningRate = 1e-3f,
            },
            validation: data.Test,
            new EpochLines(),
            stop.Token
        );
    }
    catch (OperationCanceledException e)
    {
        Console.WriteLine(e.Message);
    }
    Console.CancelKeyPress -= interrupt;

    var shown = data.Test.Slice(0, Side * Side);
    FigureWriter.Save(
        ReconstructionFigure.Create(shown.ToIntensities(), vae.Reconstruct(shown), vae.ImageShape, Side, Side),
        Path.Combine(folder, "reconstruction.png")
    );
    FigureWriter.Save(
        new ImagePanels([
            ReconstructionFigure.Panel("samples from the prior", vae.Generate(Side * Side), vae.ImageShape, Side, Side),
        ]),
        Path.Combine(folder, "generated.png")
    );

    float[] codes = vae.Encode(data.Test);
    LatentCsv.Save(
        Path.Combine(folder, "codes.csv"),
        codes,
        latentDim,
        data.Test.Labels!.Value.Span,
        data.Test.ClassNames
    );
    string title = $"{dataset}: latent space of {data.Test.Count:N0} test images";
    IFigure scatter =
        latentDim == 2
            ? LatentScatter.Create(codes, data.Test.Labels!.Value.Span, data.Test.ClassNames, title)
            : LatentScatter.CreateSpace(codes, data.Test.Labels!.Value.Span, data.Test.ClassNames, title);
    FigureWriter.Save(scatter, Path.Combine(folder, "latent.png"));

    // An interactive page: hover over points, drag to pan or rotate, click a class in the legend to hide it.
    File.WriteAllText(
        Path.Combine(folder, "latent.html"),
        (InteractiveScatter.Of(codes, latentDim, data.Test) with { Title = title }).ToPage()
    );
    if (latentDim == 2)
        FigureWriter.Save(
            ManifoldFigure.Create(vae.Decode(ManifoldGrid.Codes(20, 20, 2)), vae.ImageShape, 20, 20, 2),
            Path.Combine(folder, "manifold.png")
        );
    vae.Save(folder);
    Console.WriteLine(
        $"z = {latentDim}: {vae.ParameterCount:N0} parameters, test loss {vae.Evaluate(data.Test).Loss:F2} nats "
            + $"per image; figures, codes, model and latent.html: {folder}"
    );
}

/// <summary>
/// Prints a line per epoch. This is not a Progress&lt;T&gt;, because that class reports on several threads at once if
/// there is no user interface.
/// </summary>
internal sealed class EpochLines : IProgress<FitProgress>
{
    public void Report(FitProgress value)
    {
        if (value.Figures is [var train, var validation])
            Console.WriteLine(
                $"epoch {value.Epoch}/{value.Epochs}: train {train.Loss:F2}, validation {validation.Loss:F2}"
            );
    }
}
