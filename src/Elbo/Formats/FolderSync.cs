using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Elbo.Formats;

/// <summary>
/// Makes created, renamed and deleted entries of folders durable. Flushing a file writes its contents to disk, but not
/// its name: after a power loss, a file system may have lost or reordered all changes of a folder that was not flushed.
/// </summary>
/// <remarks>Windows cannot flush folders; its file systems keep the order of such changes.</remarks>
internal static class FolderSync
{
    /// <summary>Current folder of relative paths, AT_FDCWD of Linux.</summary>
    private const int CurrentFolder = -100;

    /// <summary>
    /// Number of files up to which each is flushed. Flushing the whole file system is twenty times as fast for
    /// thousands of pictures, but it also waits for what other programs have written.
    /// </summary>
    private const int MostSingleFiles = 64;

    /// <summary>RENAME_EXCHANGE of Linux.</summary>
    private const uint Exchange = 2;

    /// <summary>Creates a folder and those above it that are missing, durably.</summary>
    public static void Create(string folder)
    {
        var created = new Stack<string>();
        string? part = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        for (; part is not null && !Directory.Exists(part); part = Path.GetDirectoryName(part))
            created.Push(part);
        Directory.CreateDirectory(folder);
        foreach (string path in created)
            Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Returns when all changes of the entries of a folder are on disk.</summary>
    /// <exception cref="IOException">The disk reports an error.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var handle = Open(folder, flags: 0);
        // A folder that may be written but not read cannot be opened.
        if (!handle.IsInvalid)
            RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Returns when a folder with all files and folders in it is on disk.</summary>
    /// <exception cref="IOException">The disk reports an error.</exception>
    public static void FlushTree(string folder)
    {
        string[] files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        if (files.Length > MostSingleFiles && OperatingSystem.IsLinux())
        {
            using var handle = Open(folder, flags: 0);
            if (!handle.IsInvalid && SyncFileSystem(handle) == 0)
                return;
        }
        var access = OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read;
        foreach (string file in files)
        {
            using var handle = File.OpenHandle(file, FileMode.Open, access, FileShare.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }
        foreach (string below in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
            Flush(below);
        Flush(folder);
    }

    /// <summary>
    /// Swaps two folders that have the same parent: in one step on Linux, else in two with a moment in which
    /// <paramref name="path"/> does not exist.
    /// </summary>
    /// <returns>Where the folder is now that had the name <paramref name="path"/>.</returns>
    public static string Swap(string path, string replacement)
    {
        if (OperatingSystem.IsLinux() && TryExchange(path, replacement))
            return replacement;
        string old = replacement + ".old";
        Directory.Move(path, old);
        Directory.Move(replacement, path);
        Directory.Move(old, replacement);
        return replacement;
    }

    private static bool TryExchange(string a, string b)
    {
        try
        {
            return Rename(CurrentFolder, a, CurrentFolder, b, Exchange) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // a C library without this function
        }
    }

    [DllImport("libc", EntryPoint = "open")]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "syncfs")]
    private static extern int SyncFileSystem(SafeFileHandle folder);

    [DllImport("libc", EntryPoint = "renameat2")]
    private static extern int Rename(
        int fromFolder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from,
        int toFolder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string to,
        uint flags
    );
}
