namespace Elbo.Data;

/// <summary>MNIST: handwritten digits, CC BY-SA 3.0.</summary>
/// <remarks>LeCun, Cortes and Burges, "The MNIST database of handwritten digits".</remarks>
public sealed class MnistSource()
    : IdxDatasetSource(
        "mnist",
        "handwritten digits (LeCun, Cortes and Burges)",
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        IdxFiles.LikeMnist(
            trainImages: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            trainLabels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            testImages: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            testLabels: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
        ),
        [
            new Uri("https://ossci-datasets.s3.amazonaws.com/mnist/"),
            new Uri("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        ]
    );
