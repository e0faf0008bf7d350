using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Elbo.Formats;
using Elbo.Training;
using Google.Protobuf;
using SkiaSharp;

namespace Elbo.Cli.Tests.Interruption;

/// <summary>What a command has written: whether each file is complete, and what a repetition must equal.</summary>
internal static partial class WrittenFiles
{
    private const string Changing = "(times)";

    /// <summary>Whether a path is of a file or folder that is not complete and must not look so.</summary>
    public static bool IsTemporary(string path) => Temporary().IsMatch(path.Replace('\\', '/'));

    /// <summary>
    /// All files below a folder with their digests, without temporary ones. Of files with times in them, the digest is
    /// that of the rest, or a constant.
    /// </summary>
    public static SortedDictionary<string, string> Digests(string folder)
    {
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (!IsTemporary(path))
                digests[EventTime().Replace(path, "tfevents.N.")] = Digest(file);
        }
        return digests;
    }

    /// <summary>The temporary files and folders below a folder.</summary>
    public static IEnumerable<string> Strays(string folder) =>
        Directory
            .EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Select(entry => Path.GetRelativePath(folder, entry))
            .Where(IsTemporary);

    /// <summary>Fails unless every file under its final name is complete and can be read.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="read">Digests of files that have been read before; those of others are added.</param>
    public static void RequireComplete(string folder, HashSet<string>? read = null)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            if (!IsTemporary(Path.GetRelativePath(folder, file)))
                try
                {
                    byte[] bytes = File.ReadAllBytes(file);
                    if (read?.Add(Of(bytes)) != false)
                        Read(file, bytes);
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    Assert.Fail($"{file} is not complete: {e.Message}");
                }
    }

    private static string Digest(string file) =>
        Path.GetFileName(file) switch
        {
            "run.json" or "report.html" or "comparison.html" => Changing,
            var name when name.Contains(".tfevents.", StringComparison.Ordinal) => Changing,
            "metrics.csv" or "comparison.csv" => Of(
                Encoding.UTF8.GetBytes(
                    string.Join('\n', File.ReadLines(file).Select(line => string.Join(',', line.Split(',')[..^2])))
                )
            ),
            var name when name.StartsWith("step-", StringComparison.Ordinal) => OfCheckpoint(file),
            _ => Of(File.ReadAllBytes(file)),
        };

    /// <summary>The digest of tensors and training state. The state has the seconds that training took.</summary>
    private static string OfCheckpoint(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        using var reader = new SafetensorsReader(file);
        string state = Seconds().Replace(reader.Metadata["training_state"], "");
        int header = sizeof(long) + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return Of([.. Encoding.UTF8.GetBytes(state), .. bytes.AsSpan(header)]);
    }

    private static string Of(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    private static void Read(string file, byte[] bytes)
    {
        switch (Path.GetExtension(file))
        {
            case ".png":
                using (var codec = SKCodec.Create(new MemoryStream(bytes)))
                    Require(codec.GetPixels(out _) == SKCodecResult.Success, "the picture is cut off");
                break;
            case ".pdf":
                Require(bytes.AsSpan().StartsWith("%PDF-"u8), "no PDF");
                Require(bytes.AsSpan().TrimEnd("\r\n"u8).EndsWith("%%EOF"u8), "no end of a PDF");
                break;
            case ".svg":
                XDocument.Parse(Encoding.UTF8.GetString(bytes));
                break;
            case ".html":
                Require(bytes.AsSpan().TrimEnd("\n"u8).EndsWith("</html>"u8), "no end of a page");
                break;
            case ".json":
                JsonDocument.Parse(bytes).Dispose();
                break;
            case ".jsonl":
                foreach (string line in File.ReadLines(file))
                    JsonDocument.Parse(line).Dispose();
                break;
            case ".csv" or ".tsv" or ".py" or ".txt" or ".pbtxt":
                Require(bytes is [.., (byte)'\n'], "no end of the last line");
                if (Path.GetFileName(file) == "metrics.csv")
                    Assert.NotEmpty(MetricsTable.Load(file).Rows);
                break;
            case ".xlsx" or ".npz":
                using (var archive = new ZipArchive(new MemoryStream(bytes)))
                    foreach (var entry in archive.Entries)
                        using (var content = entry.Open())
                            content.CopyTo(Stream.Null);
                break;
            case ".npy":
                Require(bytes is [0x93, (byte)'N', ..], "no array");
                break;
            case ".parquet":
                Require(bytes is [(byte)'P', (byte)'A', (byte)'R', (byte)'1', .., (byte)'1'], "no end of a table");
                break;
            case ".onnx":
                using (var message = new CodedInputStream(bytes))
                    while (message.ReadTag() != 0)
                        message.SkipLastField();
                break;
            case ".safetensors":
                using (var reader = new SafetensorsReader(file))
                    Require(reader.Verify(), "no digest");
                break;
            default:
                // Event files grow, and an incomplete record is cut off by the next session.
                Require(bytes.Length > 0 || file.Contains(".tfevents.", StringComparison.Ordinal), "empty");
                break;
        }
    }

    private static void Require(bool condition, string fault)
    {
        if (!condition)
            throw new InvalidDataException(fault);
    }

    [GeneratedRegex(
        @"(^|/)\.[^/]+[.-][0-9a-f]{32}\.tmp(/|\.lock$|\.old(/|$)|$)|(^|/)\.lock$|\.part(\.origin|\.lock)?$"
    )]
    private static partial Regex Temporary();

    [GeneratedRegex("\"elapsedSeconds\":[^,}]+")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"tfevents\.\d{10}\.")]
    private static partial Regex EventTime();
}
