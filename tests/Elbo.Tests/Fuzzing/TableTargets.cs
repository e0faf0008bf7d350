using System.Text;
using Elbo.Data;
using Elbo.Data.Download;
using Elbo.Formats;
using Elbo.Tests.Data.Arrays;
using Elbo.Tests.Data.Idx;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Selecting;

namespace Elbo.Tests.Fuzzing;

/// <summary>Tables of separated values, and lists.</summary>
internal static class TableTargets
{
    private static readonly string[] Tokens =
    [
        "\"\"",
        "\",\"",
        "\"\n",
        ",,,,",
        ",\n",
        "1.5",
        "1,5",
        "1e39",
        "-0",
        "label",
        "file",
        "index",
        "\"a\nb\"",
    ];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Of(
            "csv",
            ["Csv"],
            "a,\"b, c\",label\r\n1,2.5,\"x\"\"y\"\r\n3,4,z\r\n",
            _ => path => ReadCsv(CsvReader.WithAnySeparator(path))
        ),
        Of(
            "csv-gzip",
            ["Csv"],
            "a,\"b, c\",label\r\n1,2.5,\"x\"\"y\"\r\n3,4,z\r\n",
            _ => path => ReadCsv(new CsvReader(path, GzipFile.OpenDecompressed(path)))
        ) with
        {
            Seeds = () => [IdxBytes.Gzip("a,\"b, c\",label\r\n1,2.5,\"x\"\"y\"\r\n3,4,z\r\n"u8.ToArray())],
            Container = Container.Gzip,
            Memory = new(4_000_000, 20_000),
        },
        Of(
            "csv-images",
            ["CsvImages"],
            "label,pixel0,pixel1,pixel2,pixel3\n3,0,128,255,7\n4,1,2,3,4\n",
            _ => path => ArrayFiles.Load(path, threads: 1)
        ) with
        {
            File = "images.csv",
        },
        Of(
            "labelled",
            ["LabelTable"],
            "order,index,file,label\n1,5,a.png,cat\n2,7,b.png,\n",
            _ => path => LabelTable.Read(path, byFile: true)
        ),
        Of(
            "codes",
            ["CodeTable"],
            "file,z1,z2,label\na.png,0.5,-1.25,cat\nb.png,1e-3,2,dog\n",
            _ => path => CodeTable.Read(path)
        ) with
        {
            File = "codes.csv",
        },
        Of("factors", ["FactorTable"], "shape,size\nsquare,0.5\nheart,1\nheart,2\nsquare,3\n", Factors),
        Of("list", ["ImagesByPath"], "a.png\n  \n./a.png\n", Images) with
        {
            File = "list.txt",
            Writes = ["a.png"],
            // Six bytes name an image, which is read again for each line.
            Memory = new(4_000_000, 20_000),
        },
        Of("codes-list", ["CodeTable"], "a.png\nb.png\n", CodesWithList) with
        {
            File = "files.txt",
            Writes = ["codes.csv"],
        },
    ];

    private static FuzzTarget Of(
        string name,
        string[] readers,
        string table,
        Func<TemporaryFolder, Action<string>> prepare
    ) => new(name, readers, name + ".csv", () => [Encoding.UTF8.GetBytes(table)], prepare) { Tokens = Tokens };

    private static void ReadCsv(CsvReader table)
    {
        using var reader = table;
        while (reader.Read())
            for (int i = 0; i < reader.Columns.Count; i++)
            {
                reader.Text(i);
                if (reader.Columns[i] == "a" && !reader.IsEmpty(i))
                    reader.Number<double>(i);
            }
    }

    private static Action<string> Factors(TemporaryFolder folder)
    {
        var images = new ImageDataset("four", new ImageShape(1, 1, 1), new byte[] { 1, 2, 3, 4 });
        return path => FactorTable.Read(path, images, 4);
    }

    private static Action<string> Images(TemporaryFolder folder)
    {
        File.WriteAllBytes(
            folder.File("a.png"),
            Imaging.PngBytes.File(2, 2, Imaging.PngBytes.Grey, 8, false, (x, _, _) => x)
        );
        return path => Elbo.Data.Folder.ImagesByPath.Load(path, new ImageShape(1, 2, 2), threads: 1);
    }

    private static Action<string> CodesWithList(TemporaryFolder folder)
    {
        string codes = folder.File("codes.csv");
        File.WriteAllText(codes, "z1\n1\n2\n");
        return path => CodeTable.Read(codes, path);
    }
}
