#:project ../src/Elbo/Elbo.csproj
// Chooses fifty training images to label. A classifier then learns from these labels alone. Its accuracy on the test
// images is compared with that of a classifier that learns from fifty random images.
//
//   dotnet run samples/select.cs [EPOCHS [DATASET]]
//
// The defaults are 5 epochs on the generated digits. For real handwriting, use mnist.
using Elbo;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Selection;
using Elbo.Training;

const int Budget = 50,
    Columns = 10;

int epochs = args is [var first, ..] ? int.Parse(first) : 5;
string dataset = args is [_, var second, ..] ? second : "digits";
string folder = Path.Combine("runs", "samples", "select");

var data = DatasetCatalog.Get(dataset).Load(DataLocation.FromEnvironment());
using var vae = new Autoencoder(new VaeOptions { LatentDim = 10 }, data.Train.Shape);
vae.Fit(data.Train, new FitOptions { Epochs = epochs });
float[] train = vae.Encode(data.Train),
    test = vae.Encode(data.Test);

var pool = new SelectionPool(train, vae.LatentDim);
foreach (string name in (string[])["trimmed-medoids", "random"])
{
    int[] chosen = SelectionCatalog.Get(name).Create().Select(pool, Budget, new Rng(0)).Indices();
    // Labels are used only here: those of the chosen images to train the classifier, those of the test images to
    // evaluate it.
    float[] codes = [.. chosen.SelectMany(i => pool.Code(i).ToArray())];
    int[] labels = [.. chosen.Select(i => (int)data.Train.Labels!.Value.Span[i])];
    int[] predicted = new NearestNeighbourClassifier(codes, vae.LatentDim, labels).Predict(test);
    int right = predicted.Zip(data.Test.Labels!.Value.ToArray()).Count(pair => pair.First == pair.Second);
    Console.WriteLine(
        $"{Budget} labels, chosen by {name}: {(double)right / predicted.Length:P1} of the test images are "
            + "classified correctly by their nearest labelled neighbour"
    );
    FigureWriter.Save(
        new ImagePanels([
            ReconstructionFigure.Panel(
                $"chosen by {name}",
                data.Train.ToIntensities(chosen),
                vae.ImageShape,
                Budget / Columns,
                Columns
            ),
        ]),
        Path.Combine(folder, $"{name}.png")
    );
}
Console.WriteLine($"figures: {folder}");
