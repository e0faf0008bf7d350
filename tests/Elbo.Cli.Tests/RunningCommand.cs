using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Elbo.Cli.Tests;

/// <summary>
/// The command <c>elbo</c> as a process of its own: the <c>elbo.dll</c> built beside these tests, without network or a
/// user's data.
/// </summary>
internal sealed class RunningCommand : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly StringBuilder _soFar = new();
    private readonly Task<string> _output;
    private readonly TaskCompletionSource _errorEnded = new();

    private RunningCommand(
        string folder,
        IReadOnlyDictionary<string, string>? environment,
        string[] arguments,
        params string[] under
    )
    {
        string[] command = [.. under, "dotnet", Path.Combine(AppContext.BaseDirectory, "elbo.dll"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["ELBO_OFFLINE"] = "1";
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(Path.GetTempPath(), "elbo-no-cache");
        start.Environment.Remove("ELBO_DATA");
        start.Environment.Remove("ELBO_DEBUG");
        start.Environment.Remove("COLUMNS");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, line) => Received(line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginErrorReadLine();
        _output = Task.Run(ReadOutput);
    }

    /// <summary>Starts <c>elbo</c> with its working folder in <paramref name="folder"/>.</summary>
    public static RunningCommand Start(string folder, params string[] arguments) => new(folder, null, arguments);

    /// <summary>Starts <c>elbo</c>, with further environment variables.</summary>
    public static RunningCommand Start(
        string folder,
        IReadOnlyDictionary<string, string>? environment,
        params string[] arguments
    ) => new(folder, environment, arguments);

    /// <summary>Runs <c>elbo</c> to its end.</summary>
    public static CommandResult Run(string folder, params string[] arguments) => Run(folder, null, arguments);

    /// <summary>Runs <c>elbo</c> to its end, with further environment variables.</summary>
    public static CommandResult Run(
        string folder,
        IReadOnlyDictionary<string, string>? environment,
        params string[] arguments
    )
    {
        using var command = new RunningCommand(folder, environment, arguments);
        return command.Wait();
    }

    /// <summary>Runs <c>elbo</c> to its end under another program, such as <c>strace</c> with its options.</summary>
    public static CommandResult RunUnder(string[] program, string folder, params string[] arguments)
    {
        using var command = new RunningCommand(folder, null, arguments, program);
        return command.Wait();
    }

    /// <summary>Waits for the process to end.</summary>
    public CommandResult Wait()
    {
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill();
            Assert.Fail(
                $"'elbo {string.Join(' ', _process.StartInfo.ArgumentList.Skip(1))}' did not end in "
                    + $"{Patience.TotalSeconds} s; it said: {_error}"
            );
        }
        _errorEnded.Task.Wait(Patience);
        return new CommandResult(_process.ExitCode, _output.Result, _error.ToString());
    }

    /// <summary>
    /// Waits until a line on standard error contains <paramref name="text"/>, or the process has ended.
    /// </summary>
    public void WaitForError(string text)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience && !_errorEnded.Task.IsCompleted)
        {
            lock (_error)
                if (_error.ToString().Contains(text, StringComparison.Ordinal))
                    return;
            Thread.Sleep(2);
        }
    }

    /// <summary>Waits for the first line on standard output; empty if the process has ended without one.</summary>
    public string WaitForLine()
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            bool isComplete = _output.IsCompleted;
            lock (_soFar)
                if (_soFar.ToString().Split('\n') is [var line, _, ..])
                    return line;
            if (isComplete)
                break;
            Thread.Sleep(5);
        }
        return "";
    }

    private string ReadOutput()
    {
        char[] piece = new char[4096];
        while (_process.StandardOutput.Read(piece) is > 0 and var count)
            lock (_soFar)
                _soFar.Append(piece, 0, count);
        return _soFar.ToString();
    }

    /// <summary>Identifier of the process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Whether the process has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Waits until the process has ended, or some time has passed.</summary>
    public void WaitAtMost(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>Ends the process at once, without waiting for it.</summary>
    public void Strike() => _process.Kill();

    /// <summary>Ends the process at once, as a crash or the kernel would.</summary>
    public CommandResult Kill()
    {
        _process.Kill();
        return Wait();
    }

    /// <summary>Sends a signal and waits for the process to end.</summary>
    public CommandResult Signal(int signal)
    {
        Assert.Equal(0, SendSignal(_process.Id, signal));
        return Wait();
    }

    public void Dispose() => _process.Dispose();

    private void Received(string? line)
    {
        if (line is null)
            _errorEnded.TrySetResult();
        else
            lock (_error)
                _error.Append(line).Append('\n');
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
