#:project ../src/Elbo/Elbo.csproj
// # A tour of the class Autoencoder
//
//   dotnet run samples/class-tour.cs                     10 epochs on generated digits
//   dotnet run samples/class-tour.cs -- mnist            10 epochs on MNIST
//   dotnet run samples/class-tour.cs -- 20 mnist         20 epochs
//
// Read this file like a notebook: a comment before each step says what it does, and the program prints the heading of
// the step and its result. Figures go to runs/samples/class-tour. They are opened if there is a display.
using System.Diagnostics;
using Elbo;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Figures.Interactive;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Training;

int epochs = args.Select(arg => int.TryParse(arg, out int number) ? number : 0)
    .FirstOrDefault(number => number > 0, 10);
string dataset = args.FirstOrDefault(arg => !int.TryParse(arg, out _), "digits");
var tour = new Tour(Path.Combine("runs", "samples", "class-tour"));

// ## 1. Data
//
// A dataset of the catalog has training and test images with labels. Your own images can be arrays instead: bytes from
// 0 to 255, or floats in [0, 1].
tour.Heading("Data");
var data = DatasetCatalog.Get(dataset).Load(DataLocation.FromEnvironment());
Console.WriteLine(
    $"{dataset}: {data.Train.Count:N0} training and {data.Test.Count:N0} test images of {data.Train.Shape}"
);

// ## 2. Build
//
// The widths of the hidden layers are two lists, one for the encoder and one for the decoder. Two latent dimensions can
// be drawn without a projection; twenty reconstruct better.
//
// For a decoder that is linear between its layers, set DecoderActivations = [Activation.None] in the DenseOptions of
// the network. To average the KL divergence over the latent dimensions instead of summing it, set Beta = 1f / latentDim
// in the FitOptions below.
tour.Heading("Build");
using var vae = Build(latentDim: 2);
Console.WriteLine($"512-128-64-{vae.LatentDim}-64-128-512: {vae.ParameterCount:N0} parameters");

// ## 3. Fit, with validation data
//
// Fit trains the model and evaluates the validation images after every epoch. FitAsync does the same on another thread.
// Ctrl-C stops training, and the model keeps the weights that it has.
tour.Heading("Fit");
await Fit(vae);
if (vae.History.Count > 0)
    tour.Show(
        "loss.png",
        LossCurves.Create(
            [
                .. vae
                    .History.GroupBy(row => row.Split)
                    .Select(rows => new LossCurve(rows.Key, "loss", [.. rows.Select(row => row.Loss)])),
            ],
            title: $"Training on {dataset}"
        )
    );

// ## 4. Evaluate
//
// Evaluate computes the negative evidence lower bound of any images and its terms, in nats per image.
tour.Heading("Evaluate");
var result = vae.Evaluate(data.Test);
Console.WriteLine(result);

// ## 5. Generate
//
// Generate decodes codes that are sampled from the prior. The seed chooses the samples.
tour.Heading("Generate");
float[] generated = vae.Generate(25, seed: 1);
Console.WriteLine(
    $"{generated.Length / vae.ImageShape.PixelCount} images of {vae.ImageShape.PixelCount} intensities in [0, 1]"
);
tour.Show(
    "generated.png",
    new ImagePanels([ReconstructionFigure.Panel("samples from the prior", generated, vae.ImageShape, 5, 5)])
);

// ## 6. Reconstruct
//
// Reconstruct encodes and decodes. The figure has 25 test images on the left and their reconstructions on the right.
tour.Heading("Reconstruct");
var inputs = data.Test.Slice(0, 25);
float[] originals = inputs.ToIntensities(),
    reconstructions = vae.Reconstruct(inputs);
Console.WriteLine(
    $"mean squared error per pixel: {originals.Zip(reconstructions, (a, b) => (a - b) * (a - b)).Average():F4}"
);
tour.Show("reconstruction.png", ReconstructionFigure.Create(originals, reconstructions, vae.ImageShape, 5, 5));

// ## 7. Latent features
//
// Encode gives the mean of q(z|x) for every image: features for a classifier, a search or a plot. LatentCsv writes them
// with the labels.
tour.Heading("Latent features");
float[] codes = vae.Encode(data.Test);
for (int i = 0; i < 3; i++)
    Console.WriteLine($"test image {i}: z = ({string.Join(", ", codes[(2 * i)..(2 * i + 2)].Select(z => $"{z:F2}"))})");
LatentCsv.Save(tour.File("codes.csv"), codes, vae.LatentDim, data.Test.Labels!.Value.Span, data.Test.ClassNames);

// ## 8. The latent space in two dimensions
//
// The page shows the codes in the colours of their classes, and the image of the point under the mouse. Drag to move,
// turn the wheel to zoom, click a class in the legend to hide it. The manifold is what the decoder makes of a grid of
// codes over the same plane.
tour.Heading("Latent space in two dimensions");
tour.Show("latent-2d.html", Scatter(vae));
tour.Show("manifold.png", ManifoldFigure.Create(vae.Decode(ManifoldGrid.Codes(20, 20, 2)), vae.ImageShape, 20, 20, 2));

// ## 9. The latent space in three dimensions
//
// A model with three latent dimensions, trained in the same way. Drag to rotate its page.
tour.Heading("Latent space in three dimensions");
using var deeper = Build(latentDim: 3);
await Fit(deeper);
Console.WriteLine($"test loss {deeper.Evaluate(data.Test).Loss:F2} with three dimensions, {result.Loss:F2} with two");
tour.Show("latent-3d.html", Scatter(deeper));

// ## 10. Save and load
//
// Save writes the model to a folder that Load, and commands such as elbo generate, read.
tour.Heading("Save and load");
vae.Save(tour.File("model"), overwrite: true);
using var loaded = Autoencoder.Load(tour.File("model"));
string same = loaded.Encode(data.Test).Values.Span.SequenceEqual(codes) ? "the same" : "other";
Console.WriteLine($"{tour.File("model")}: loaded again, it gives {same} codes");

Autoencoder Build(int latentDim) =>
    new(VaeOptions.WithLayers(encoder: [512, 128, 64], decoder: [64, 128, 512], latentDim), data.Train.Shape);

async Task Fit(Autoencoder model)
{
    using var stop = new CancellationTokenSource();
    ConsoleCancelEventHandler interrupt = (_, pressed) =>
    {
        pressed.Cancel = true;
        stop.Cancel();
    };
    Console.CancelKeyPress += interrupt;
    var options = new FitOptions
    {
        Epochs = epochs,
        BatchSize = 128,
        LearningRate = 1e-3f,
    };
    try
    {
        await model.FitAsync(data.Train, options, validation: data.Test, new EpochLines(), stop.Token);
    }
    catch (OperationCanceledException e)
    {
        Console.WriteLine(e.Message);
    }
    Console.CancelKeyPress -= interrupt;
}

string Scatter(Autoencoder model) =>
    (
        InteractiveScatter.Of(model.Encode(data.Test), model.LatentDim, data.Test) with
        {
            Title = $"{dataset}: {model.LatentDim} latent dimensions of {data.Test.Count:N0} test images",
        }
    ).ToPage();

/// <summary>Prints headings, and writes figures to a folder and shows them.</summary>
internal sealed class Tour(string folder)
{
    private int _steps;

    public string File(string name)
    {
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, name);
    }

    public void Heading(string text) => Console.WriteLine($"\n## {++_steps}. {text}\n");

    public void Show(string name, IFigure figure)
    {
        FigureWriter.Save(figure, File(name));
        Open(File(name));
    }

    public void Show(string name, string page)
    {
        System.IO.File.WriteAllText(File(name), page);
        Open(File(name));
    }

    /// <summary>Prints the path, and opens the file in the viewer of the system if there is a display.</summary>
    private static void Open(string path)
    {
        Console.WriteLine(path);
        bool hasDisplay =
            OperatingSystem.IsWindows()
            || OperatingSystem.IsMacOS()
            || Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 }
            || Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 };
        if (!hasDisplay || Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
            return;
        try
        {
            // .NET calls xdg-open on Linux and open on macOS.
            Process.Start(new ProcessStartInfo(Path.GetFullPath(path)) { UseShellExecute = true })?.Dispose();
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or PlatformNotSupportedException)
        {
            // There is no viewer. The path has been printed.
        }
    }
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
