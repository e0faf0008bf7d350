using System.Globalization;
using Elbo.Data;
using Elbo.Data.Digits;
using Elbo.Training.Runs;

namespace Elbo.Tests.Workflows;

/// <summary>
/// Options of runs on 1,200 of the drawn digits, with small figures, for tests that would take long with all 12,000.
/// </summary>
internal static class SmallDigits
{
    private static readonly Lazy<TemporaryFolder> Folder = new(Write);

    /// <summary>
    /// <see cref="TinyRun.Config"/>, also of 12 steps an epoch, on fewer images. Only the last epoch is drawn.
    /// </summary>
    public static RunConfig Config =>
        TinyRun.Config with
        {
            Dataset = "arrays",
            DatasetOptions = new DatasetOptions { Images = Folder.Value.Path },
            BatchSize = 100,
            ImageEvery = 0,
            Pictures = new PictureOptions { ReconstructionGrid = new(3, 3), ManifoldGrid = new(3, 3) },
        };

    /// <summary>The images.</summary>
    public static DatasetSplits Images { get; } = new DigitsSource(3, trainCount: 1_200, testCount: 300).Generate(1);

    private static TemporaryFolder Write()
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        Write(Images.Train, folder.File("train.csv"));
        Write(Images.Test, folder.File("test.csv"));
        return folder;
    }

    private static void Write(ImageDataset images, string path)
    {
        int[] labels = images.LabelIndices();
        File.WriteAllLines(
            path,
            Enumerable
                .Range(0, images.Count)
                .Select(i =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{labels[i]},{string.Join(',', images.Image(i).ToArray())}"
                    )
                )
                .Prepend(
                    "label," + string.Join(',', Enumerable.Range(0, images.Shape.PixelCount).Select(i => $"pixel{i}"))
                )
        );
    }
}
