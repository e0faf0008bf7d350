namespace Elbo.Workflows;

/// <summary>
/// Keeps two processes from training one run: a file that is open as long as training lasts, whatever ends it.
/// </summary>
internal sealed class RunLock : IDisposable
{
    /// <summary>EAGAIN of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Claims <paramref name="run"/> until the result is disposed or the process dies.</summary>
    /// <exception cref="IOException">Another process has it, or the folder cannot be written.</exception>
    public static RunLock Take(RunFolder run)
    {
        try
        {
            return new RunLock(
                new FileStream(
                    run.Lock,
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    bufferSize: 1,
                    FileOptions.DeleteOnClose
                )
            );
        }
        catch (IOException e) when (Taken.Contains(e.HResult))
        {
            throw new IOException(
                $"another process is training {run.Path}; wait for it to end, or train under another --name.",
                e
            );
        }
    }

    public void Dispose() => _file.Dispose();
}
