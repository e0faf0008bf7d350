#:project ../src/Elbo/Elbo.csproj
// Sorts digits into ten clusters without using their labels. The prior of the model is a Gaussian mixture with one
// component per cluster. After training, the sample generates new images of each cluster.
//
//   dotnet run samples/clusters.cs [EPOCHS [DATASET]]
//
// The defaults are 28 epochs on the generated digits. For real handwriting, use mnist.
using Elbo;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Training;

const int Clusters = 10,
    Columns = 12;

int epochs = args is [var first, ..] ? int.Parse(first) : 28;
string dataset = args is [_, var second, ..] ? second : "digits";
string folder = Path.Combine("runs", "samples", "clusters");

var data = DatasetCatalog.Get(dataset).Load(DataLocation.FromEnvironment());

// For the first third of the epochs, the model trains as a plain VAE. Then a Gaussian mixture is fitted to the codes,
// and for half of the epochs it assigns each code to a cluster.
var network = GmvaeOptions.WithLayers(256, 256) with
{
    Prior = new MixtureOptions
    {
        Clusters = Clusters,
        PretrainEpochs = epochs / 3,
        MixtureEpochs = epochs / 2,
    },
};
using var model = new Autoencoder(network, data.Train.Shape);
var last = model.Fit(
    data.Train,
    new FitOptions
    {
        Epochs = epochs,
        BatchSize = 128,
        LearningRate = 1e-3f,
    },
    validation: data.Test
)[^1];
Console.WriteLine(last);

int[] clusters = model.AssignClusters(data.Test);
for (int k = 0; k < Clusters; k++)
    Console.WriteLine($"cluster {k}: {clusters.Count(c => c == k):N0} test images");

var images = Enumerable
    .Range(0, Clusters)
    .SelectMany(k => model.Generate(Columns, seed: (ulong)k, cluster: k).ToArray())
    .ToArray();
FigureWriter.Save(
    new ClusterFigure(
        images,
        model.ImageShape,
        Columns,
        [.. Enumerable.Range(0, Clusters).Select(k => $"{k}")],
        "New images, one cluster per row"
    ),
    Path.Combine(folder, "clusters.png")
);
Console.WriteLine($"picture: {folder}");
