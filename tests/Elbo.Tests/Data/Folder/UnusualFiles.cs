using System.Diagnostics;
using System.Net.Sockets;

namespace Elbo.Tests.Data.Folder;

/// <summary>Entries of a folder that are not regular files, or whose names are not text.</summary>
internal static class UnusualFiles
{
    /// <summary>Makes a named pipe. Whoever opens it waits for a writer.</summary>
    public static void MakePipe(string path) => Run("mkfifo", path);

    /// <summary>Makes a socket, which exists until it is disposed of.</summary>
    public static Socket MakeSocket(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    /// <summary>Renames a file or folder in <paramref name="folder"/> to a name that is not valid UTF-8.</summary>
    public static void Spoil(string folder, string name) =>
        Run("sh", "-c", "cd \"$1\" && mv \"$2\" \"$(printf 'bad\\377')$2\"", "sh", folder, name);

    /// <summary>
    /// Deletes files below <paramref name="folder"/> whose names .NET does not see.
    /// </summary>
    public static void Clear(string folder) => Run("find", folder, "-mindepth", "1", "-delete");

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}

/// <summary>A test of pipes, sockets and names of bytes, reported skipped on Windows, which has none of them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
            Skip = "Windows has no such files.";
    }
}

/// <summary>As <see cref="UnixFactAttribute"/>, with several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute()
    {
        if (OperatingSystem.IsWindows())
            Skip = "Windows has no such files.";
    }
}
