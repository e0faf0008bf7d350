using System.Security.Cryptography;

namespace Elbo.Cli.Tests;

/// <summary>An empty folder that goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("elbo-cli-test-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, making its folder.</summary>
    public void Write(string name, ReadOnlySpan<byte> contents)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllBytes(File(name), contents);
    }

    /// <summary>Copies a folder with all that is in it.</summary>
    public void Copy(string source, string name)
    {
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            Write(
                System.IO.Path.Combine(name, System.IO.Path.GetRelativePath(source, file)),
                System.IO.File.ReadAllBytes(file)
            );
    }

    /// <summary>Every file and folder below, with the files' digests.</summary>
    public string[] Snapshot() =>
        [
            .. Directory
                .EnumerateFileSystemEntries(Path, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(entry =>
                    Directory.Exists(entry)
                        ? entry
                        : $"{entry} {Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(entry)))}"
                ),
        ];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
