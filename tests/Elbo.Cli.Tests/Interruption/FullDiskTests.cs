using System.Diagnostics;
using System.Globalization;
using Elbo.Tests;

namespace Elbo.Cli.Tests.Interruption;

/// <summary>
/// On a full disk a command ends with exit code 1 and one line, damages nothing, and does its work when there is space.
/// </summary>
[Trait(LongTests.Category, LongTests.Name)]
public sealed class FullDiskTests(WritingFolder runs) : IClassFixture<WritingFolder>
{
    private static readonly string[] Names =
    [
        "train",
        "resume",
        "embed",
        "select",
        "cluster",
        "export",
        "label-clusters",
    ];

    [SmallDiskFact]
    public void A_full_disk_damages_nothing()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        var rows = new List<string> { "| command | disk | exit code |", "|---|---|---|" };
        int full = 0;
        foreach (var command in WritingCommand.All.Where(command => Names.Contains(command.Arguments[0])))
        {
            using var disk = new SmallDisk();
            using var source = runs.Copy(command);
            string folder = disk.Copy(source.Path, "alone");
            var before = WrittenFiles.Digests(folder);
            long used = disk.Used;
            CalledCommand.Run(folder, runs.Arguments(command)).Succeeded();
            var promise = new Promise(before, WrittenFiles.Digests(folder));
            long needed = disk.Used - used;
            Directory.Delete(folder, recursive: true);
            for (int i = 0; i < 2; i++)
            {
                folder = disk.Copy(source.Path, $"full-{i}");
                disk.Resize(disk.Used + (long)(needed * random.NextDouble()));
                var result = CalledCommand.Run(folder, runs.Arguments(command));
                rows.Add($"| `{command.Title}` | {needed:N0} bytes needed | {result.ExitCode} |");
                if (result.ExitCode != 0)
                {
                    full++;
                    Assert.True(result.ExitCode == 1, $"{command.Title}, seed {seed}: {result.Error}");
                    Assert.StartsWith("elbo: the disk is full", result.ErrorLines[^1]);
                    Assert.Single(
                        result.ErrorLines,
                        line => line.StartsWith("elbo: the disk", StringComparison.Ordinal)
                    );
                }
                promise.RequireKept(command, folder);
                disk.Resize(SmallDisk.Large);
                CalledCommand.Run(folder, runs.Repetition(command, folder)).Succeeded();
                promise.RequireEnd(folder);
                Directory.Delete(folder, recursive: true);
            }
        }
        Artifacts.Write("full-disks.md", $"{string.Join('\n', rows)}\n");
        Assert.True(full >= 12, $"{full} disks were full");
    }
}

/// <summary>A file system in memory whose size can be changed.</summary>
internal sealed class SmallDisk : IDisposable
{
    public const long Large = 512 << 20;

    private readonly TemporaryFolder _folder = new();

    public SmallDisk()
    {
        Directory.CreateDirectory(Place);
        Assert.Equal(0, Call("mount", "-t", "tmpfs", "-o", $"size={Large}", "none", Place));
    }

    /// <summary>Why there can be no such disk here; null if there can.</summary>
    public static string? Obstacle()
    {
        if (!OperatingSystem.IsLinux())
            return "tmpfs is a file system of Linux.";
        using var folder = new TemporaryFolder();
        if (Call("mount", "-t", "tmpfs", "-o", "size=64k", "none", folder.Path) != 0)
            return "only the root user can mount file systems.";
        Call("umount", folder.Path);
        return null;
    }

    /// <summary>Bytes in use.</summary>
    public long Used => new DriveInfo(Place) is var drive ? drive.TotalSize - drive.TotalFreeSpace : 0;

    private string Place => _folder.File("disk");

    /// <summary>Copies a folder to the disk.</summary>
    public string Copy(string source, string name)
    {
        _folder.Copy(source, Path.Combine("disk", name));
        return Path.Combine(Place, name);
    }

    public void Resize(long size) =>
        Assert.Equal(
            0,
            Call("mount", "-o", string.Create(CultureInfo.InvariantCulture, $"remount,size={size}"), Place)
        );

    public void Dispose()
    {
        Call("umount", Place);
        _folder.Dispose();
    }

    private static int Call(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}

/// <summary>A long test that needs a <see cref="SmallDisk"/>, reported skipped where that is impossible.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = LongTests.Skip ?? SmallDisk.Obstacle();
}
