using System.IO.Compression;

namespace Elbo.Cli.Tests;

/// <summary>
/// Whatever is wrong: exit code 2, one line that says what is needed, an empty standard output, and no file made or
/// lost.
/// </summary>
/// <remarks>
/// With a trained run of its own, so that these many short commands run beside the other tests.
/// <see cref="TrainOutputTests"/> and others see the line and the exit code of a process.
/// </remarks>
public sealed partial class BadInputTests(BadInputTests.Workplace place) : IClassFixture<BadInputTests.Workplace>
{
    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_wrong_is_told_in_one_line_and_nothing_is_changed(string arguments, string complaint)
    {
        var result = CalledCommand.Run(
            place.Path,
            [.. arguments.Split(' ').Select(a => a.Replace("{run}", place.Run.Path))]
        );
        string line = result.Complaint(exitCode: 2);
        Assert.StartsWith("elbo: " + complaint.Replace("{place}", place.Path), line);
        Assert.True(line[^1] is '.' or '?', line);
        Assert.DoesNotContain("(Parameter", line);
        Assert.DoesNotContain("System.", line);
        Assert.DoesNotContain("..", line.Replace("'../x'", ""));
        Assert.Equal(place.Before, Workplace.Stamps(place.Path));
        Assert.Equal(place.RunBefore, Workplace.Stamps(place.Run.Parent));
    }

    /// <summary>A folder with everything that can be wrong about files.</summary>
    public sealed class Workplace : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Workplace()
        {
            _folder.Write("file", "text"u8);
            _folder.Write("taken.png", "a picture"u8);
            _folder.Write("notes/todo.txt", "milk"u8);
            _folder.Write("json/cut.json", """{ "epochs": 1, """u8);
            _folder.Write("json/list.json", "[1]"u8);
            _folder.Write("json/unknown.json", """{ "epoch": 1 }"""u8);
            _folder.Write("json/type.json", """{ "epochs": "many" }"""u8);
            _folder.Write("json/twice.json", """{ "epochs": 1, "epochs": 2 }"""u8);
            _folder.Write("json/foreign.json", """{ "model": "cnn-vae", "dropout": 0.1 }"""u8);
            _folder.Write(
                "json/size.json",
                """{ "dataset": "image-folder", "images": "notes", "image-size": "big" }"""u8
            );
            _folder.Write(
                "json/strict.json",
                """{ "dataset": "image-folder", "images": "notes", "strict": "yes" }"""u8
            );
            foreach (
                string file in (string[])
                    [
                        "data_batch_1.bin",
                        "data_batch_2.bin",
                        "data_batch_3.bin",
                        "data_batch_4.bin",
                        "data_batch_5.bin",
                        "test_batch.bin",
                    ]
            )
            {
                _folder.Write($"shortrecord/cifar10/{file}", new byte[3073 + 5]);
                _folder.Write($"strangelabel/cifar10/{file}", [10, .. new byte[3072]]);
            }
            _folder.Write("json/range.json", """{ "epochs": 0 }"""u8);
            foreach (
                string file in (string[])
                    [
                        "train-images-idx3-ubyte",
                        "train-labels-idx1-ubyte",
                        "t10k-images-idx3-ubyte",
                        "t10k-labels-idx1-ubyte",
                    ]
            )
            {
                _folder.Write($"broken/mnist/{file}.gz", Zipped("hello"u8));
                _folder.Write(
                    $"cut/mnist/{file}.gz",
                    Zipped([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2, 3]).AsSpan(0, 20)
                );
            }
            string[] damaged =
            [
                "badconfig",
                "badcheckpoints",
                "nocheckpoints",
                "strangemodel",
                "noweights",
                "badweights",
            ];
            foreach (string name in damaged)
                _folder.Copy(Run.Path, name);
            _folder.Write("badconfig/config.json", "junk"u8);
            foreach (string file in Directory.GetFiles(_folder.File("badcheckpoints/checkpoints")))
                Cut(file);
            Directory.Delete(_folder.File("nocheckpoints/checkpoints"), recursive: true);
            _folder.Write("strangemodel/config.json", """{ "model": "gan" }"""u8);
            File.Delete(_folder.File("noweights/model.safetensors"));
            Cut(_folder.File("badweights/model.safetensors"));
            (Before, RunBefore) = (Stamps(Path), Stamps(Run.Parent));
        }

        public string Path => _folder.Path;

        public TrainedRun Run { get; } = new();

        /// <summary>What <see cref="Stamps"/> has to be after every command.</summary>
        public string[] Before { get; }

        /// <summary>The same of <see cref="Run"/>.</summary>
        public string[] RunBefore { get; }

        /// <summary>Every file with its length and the time of its last change, and every folder.</summary>
        public static string[] Stamps(string folder) =>
            [
                .. new DirectoryInfo(folder)
                    .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
                    .OrderBy(e => e.FullName, StringComparer.Ordinal)
                    .Select(e =>
                        e is FileInfo file ? $"{e.FullName} {e.LastWriteTimeUtc:O} {file.Length}" : e.FullName
                    ),
            ];

        public void Dispose()
        {
            Run.Dispose();
            _folder.Dispose();
        }

        private static void Cut(string file) => File.WriteAllBytes(file, File.ReadAllBytes(file)[..5000]);

        private static byte[] Zipped(ReadOnlySpan<byte> contents)
        {
            using var stream = new MemoryStream();
            using (var zip = new GZipStream(stream, CompressionLevel.Fastest))
                zip.Write(contents);
            return stream.ToArray();
        }
    }
}
