using Elbo.Data;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Imaging;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Tests.Arguments;

/// <content>Datasets and files.</content>
public sealed partial class ArgumentChecksTests
{
    private static Row[] OfData =>
        [
            Null("name", _ => new ImageDataset(null!, Shape, new byte[4])),
            Wrong(
                "shape without pixels",
                _ => new ImageDataset("x", new(1, 0, 2), new byte[4]),
                "1 channels of 0×2",
                "1 or more"
            ),
            Wrong("shape negative", _ => new ImageDataset("x", new(-1, -2, 2), new byte[4]), "-1 channels of -2×2"),
            Wrong(
                "shape that overflows",
                _ => new ImageDataset("x", new(65_536, 65_536, 1), new byte[4]),
                "65536 channels"
            ),
            Wrong("half an image", _ => new ImageDataset("x", Shape, new byte[6]), "6 bytes", "2×2 images of 4"),
            Wrong(
                "labels of another length",
                _ => new ImageDataset("x", Shape, new byte[8], new byte[3]),
                "3 labels",
                "2 images"
            ),
            Wrong(
                "label without a name",
                _ => new ImageDataset("x", Shape, new byte[8], new byte[] { 0, 2 }, ["a", "b"]),
                "label 2",
                "0 to 1"
            ),
            Wrong(
                "name null",
                _ => new ImageDataset("x", Shape, new byte[8], new byte[2], ["a", null!]),
                "entry 1 of classNames"
            ),
            Wrong(
                "file names of another length",
                _ => new ImageDataset("x", Shape, new byte[8]) { FileNames = ["a"] },
                "1 file names",
                "2 images"
            ),
            OutOfRange("image −1", _ => Images.Image(-1), "index is -1", "0 to 7"),
            OutOfRange("image that overflows", _ => Images.Image(int.MinValue), "index is -2147483648", "0 to 7"),
            OutOfRange("image after the last", _ => Images.ToIntensities([0, 8]), "index is 8", "0 to 7"),
            OutOfRange("class of no image", _ => Images.ClassName(8), "index is 8"),
            OutOfRange("path of no image", _ => Images.FilePath(-1), "index is -1"),
            OutOfRange("slice too long", _ => Images.Slice(3, 6), "6 images from 3", "squares has 8"),
            OutOfRange("slice negative", _ => Images.Slice(-1, 2), "from -1"),
            OutOfRange("slice that overflows", _ => Images.Slice(1 << 30, 4), "1073741824"),
            Null("others", _ => Images.Concat(null!, Images)),
            Wrong("other shape", _ => Images.Concat(new ImageDataset("x", new(1, 1, 1), new byte[1])), "1×1", "2×2"),
            Null("classNames", _ => Images.WithLabels(new byte[2], null!)),
            Wrong("too many labels", _ => Images.WithLabels(new byte[9], ["a"]), "9 labels", "8"),
            OutOfRange("no images in an order", _ => new BatchOrder(0, new Rng(0)), "count is 0", "1 or more"),
            Null("indices", _ => new BatchOrder(null!, new Rng(0))),
            Null("rng", _ => new BatchOrder([1], null!)),
            OutOfRange("batch size 0", _ => new BatchOrder(3, new Rng(0)).BatchCount(0), "'0'"),
            OutOfRange("least batch negative", _ => new BatchOrder(3, new Rng(0)).BatchCount(1, -1), "'-1'"),
            OutOfRange("epoch negative", _ => new BatchOrder(3, new Rng(0)).Epoch(-1), "'-1'"),
            OutOfRange("batch after the last", _ => new BatchOrder(3, new Rng(0)).Batch(0, 3, 1), "'3'"),
            OutOfRange("fraction of 1", _ => IndexSplit.ByFraction(9, 1, new Rng(0)), "1", "[0, 1)"),
            OutOfRange("fraction NaN", _ => IndexSplit.ByFraction(9, double.NaN, new Rng(0)), "NaN", "[0, 1)"),
            Wrong("unknown dataset", _ => DatasetCatalog.Get("mnst"), "'mnst'", "Did you mean mnist?"),
            Null("name", _ => DatasetCatalog.Get(null!)),
            Null("location", _ => DatasetCatalog.Get("digits").Load(null!)),
            Wrong(
                "options of another dataset",
                _ => DatasetCatalog.Get("digits").Validate(new DatasetOptions { Images = "x" }),
                "images",
                "image-folder"
            ),
            Wrong(
                "undefined colour",
                _ => Folder(new() { Images = "x", Colour = (ImageColour)99 }),
                "colour is 99",
                "grey, rgb"
            ),
            Wrong(
                "image size 0",
                _ => Folder(new() { Images = "x", ImageSize = new ImageSize(0, 5) }),
                "image-size is 0x5",
                "1 to 4096"
            ),
            Wrong("no folder", _ => Folder(new()), "--images"),
        ];

    private static Row[] OfFormats =>
        [
            Null("path", _ => new SafetensorsReader(null!).Dispose()),
            Null("tensors", _ => SafetensorsWriter.Write(Stream.Null, null!)),
            Wrong("tensor null", _ => SafetensorsWriter.Write(Stream.Null, [null!]), "entry 0 of tensors"),
            Wrong(
                "two tensors of one name",
                _ => SafetensorsWriter.Write(Stream.Null, [new("t", [1], [1]), new("t", [1], [1])]),
                "'t'",
                "differ"
            ),
            Wrong("values of another shape", _ => new SafetensorsTensor("t", [3], [1]), "1 values", "(3)"),
            Null("name", _ => new SafetensorsTensor(null!, [1], [1])),
            Wrong("no columns", _ => new DataTable(), "no columns"),
            Wrong("column null", _ => new DataTable(["a", null!]), "entry 1 of columns"),
            Wrong("cells of another number", _ => new DataTable(["a"]).Add(1, 2), "2 cells", "1 columns"),
            Wrong("a cell that is a list", _ => new DataTable(["a"]).Add(new List<int>()), "List"),
            OutOfRange("rows negative", _ => LatentCsv.Load("x", -1), "'-1'"),
            Null("path", _ => LatentCsv.Load(null!)),
            Wrong("half a code", t => LatentCsv.Save(t._folder.File("x"), [1, 2, 3], 2), "3"),
            Null("path", _ => MetricsTable.Load(null!)),
            Wrong("row null", _ => new MetricsTable().Add([null!]), "entry 0 of rows"),
            OutOfRange("cluster that does not exist", _ => ClusterNames.None(3).Label(3), "cluster is 3", "0 to 2"),
            OutOfRange("clusters negative", _ => ClusterNames.None(-1), "'-1'"),
            Wrong("keep negative", t => new CheckpointStore(t._folder.Path, -1), "keep is -1", "0 or more"),
            Null("path", _ => RunFolder.Open(null!)),
        ];

    private static void Folder(DatasetOptions options) => DatasetCatalog.Get("image-folder").Validate(options);
}
