using Elbo.Data.Download;
using Elbo.Tests.Data;

namespace Elbo.Tests.Fuzzing;

/// <summary>What comes with downloads.</summary>
internal static class DownloadTargets
{
    private const string Entry = "data/x.bin";

    private static readonly string[] Tokens =
    [
        "ustar",
        "../../x.bin",
        "/etc/x.bin",
        "./data/x.bin",
        "PaxHeader",
        "77777777777",
    ];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("tar", ["TarArchive"], "a.tar", () => [Plain()], Unpack) { Tokens = Tokens, Writes = ["out/x.bin"] },
        new("tar-gzip", ["TarArchive"], "a.tar.gz", () => [CifarBytes.Tar((Entry, [1, 2, 3]))], Unpack)
        {
            Tokens = Tokens,
            Writes = ["out/x.bin"],
            Container = Container.Gzip,
            Memory = new(4_000_000, 5_000),
        },
        new(
            "download-note",
            ["PartialFile"],
            "a.part.origin",
            () => ["https://example.org/a\nW/\"tag\"\n"u8.ToArray()],
            ReadNote
        )
        {
            Writes = ["a.part"],
            RefusesNothing = true,
            Tokens = ["https://", "file:///etc/passwd"],
        },
    ];

    private static byte[] Plain()
    {
        using var folder = InputFolder.Create();
        string path = folder.File("a.tar.gz");
        File.WriteAllBytes(path, CifarBytes.Tar((Entry, [1, 2, 3])));
        using var content = GzipFile.OpenDecompressed(path);
        using var plain = new MemoryStream();
        content.CopyTo(plain);
        // The rest is zeros.
        return plain.ToArray()[..2048];
    }

    private static Action<string> Unpack(TemporaryFolder folder)
    {
        string target = folder.File("out");
        return path =>
        {
            if (Directory.Exists(target))
                File.Delete(Path.Combine(target, "x.bin"));
            TarArchive.Unpack(path, target, [Entry], null, CancellationToken.None);
        };
    }

    private static Action<string> ReadNote(TemporaryFolder folder)
    {
        File.WriteAllBytes(folder.File("a.part"), [1, 2, 3]);
        var part = new PartialFile(folder.File("a"));
        return path =>
        {
            part.LengthFrom(new Uri("https://example.org/a"));
            Assert.NotEqual("", part.EntityTag);
        };
    }
}
