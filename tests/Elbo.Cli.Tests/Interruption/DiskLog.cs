using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Elbo.Cli.Tests.Interruption;

/// <summary>All changes that a command makes below a folder, in order, recorded by <c>strace</c>.</summary>
internal sealed class DiskLog
{
    private const string Calls =
        "open,openat,creat,close,write,pwrite64,writev,pwritev,ftruncate,fallocate,copy_file_range,sendfile,"
        + "rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,"
        + "fsync,fdatasync,syncfs,dup,dup2,dup3,fcntl";

    private readonly string _root;
    private readonly DiskTree _tree;
    private readonly List<DiskChange> _changes;
    private readonly Dictionary<int, (int Node, long Position)> _open = [];
    private readonly Dictionary<int, int> _streams = new() { [1] = 1, [2] = 2 };

    private DiskLog(string root, DiskTree before, List<DiskChange> changes)
    {
        (_root, Before, _changes) = (root, before, changes);
        _tree = Before.Copy();
    }

    /// <summary>The folder before the command.</summary>
    public DiskTree Before { get; }

    /// <summary>What the command did.</summary>
    public IReadOnlyList<DiskChange> Changes => _changes;

    /// <summary>Why commands cannot be recorded here; null if they can.</summary>
    public static string? Obstacle()
    {
        if (!OperatingSystem.IsLinux())
            return "strace is for Linux.";
        try
        {
            using var trial = Process.Start(
                new ProcessStartInfo("strace", ["-f", "-o", "/dev/null", "-e", "trace=close", "true"])
                {
                    RedirectStandardError = true,
                }
            )!;
            string error = trial.StandardError.ReadToEnd();
            trial.WaitForExit();
            return trial.ExitCode == 0 ? null : $"strace cannot trace here: {error}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "strace is not installed.";
        }
    }

    /// <summary>The same changes, as of a program that flushes files but not their folders.</summary>
    public DiskLog WithoutFlushesOfFolders() =>
        new(_root, Before, [.. _changes.Where(change => change is not Flushed { Node: var node } || !IsFolder(node))]);

    /// <summary>Runs a command in <paramref name="folder"/> to its end and records it.</summary>
    public static DiskLog Record(string folder, params string[] arguments)
    {
        using var trace = new TemporaryFolder();
        var log = new DiskLog(folder, DiskTree.Read(folder), []);
        RunningCommand
            .RunUnder(
                [
                    "strace",
                    "-f",
                    "--seccomp-bpf",
                    "-xx",
                    "-s",
                    "100000000",
                    "-o",
                    trace.File("log"),
                    "-e",
                    "trace=" + Calls,
                ],
                folder,
                arguments
            )
            .Succeeded();
        var begun = new Dictionary<string, string>();
        foreach (string line in File.ReadLines(trace.File("log")))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            string thread = line[..space],
                call = line[space..].TrimStart();
            const string Unfinished = " <unfinished ...>",
                Resumed = " resumed>";
            if (call.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                begun[thread] = call[..^Unfinished.Length];
                // Another thread may get the number before this call returns.
                if (call.StartsWith("close(", StringComparison.Ordinal))
                    log.Add(begun[thread] + ") = 0");
            }
            else if (call.StartsWith("<...", StringComparison.Ordinal))
            {
                if (!begun[thread].StartsWith("close(", StringComparison.Ordinal))
                    log.Add(begun[thread] + call[(call.IndexOf(Resumed, StringComparison.Ordinal) + Resumed.Length)..]);
            }
            else if (call[0] is not ('+' or '-'))
                log.Add(call);
        }
        return log;
    }

    private void Add(string call)
    {
        int end = call.LastIndexOf(") ", StringComparison.Ordinal),
            start = call.IndexOf('(', StringComparison.Ordinal);
        string[] answer = call[end..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!long.TryParse(answer[2], CultureInfo.InvariantCulture, out long result) || result < 0)
            return;
        var arguments = Arguments(call[(start + 1)..end]);
        switch (call[..start])
        {
            case "open" or "creat":
                Open(arguments[0], arguments.ElementAtOrDefault(1) ?? "O_TRUNC", (int)result);
                break;
            case "openat":
                Open(arguments[1], arguments[2], (int)result);
                break;
            case "close":
                _open.Remove(Number(arguments[0]));
                _streams.Remove(Number(arguments[0]));
                break;
            case "write" or "writev":
                Write(Number(arguments[0]), arguments[1], result, at: null);
                break;
            case "pwrite64" or "pwritev":
                Write(
                    Number(arguments[0]),
                    arguments[1],
                    result,
                    long.Parse(arguments[3], CultureInfo.InvariantCulture)
                );
                break;
            case "ftruncate" when _open.TryGetValue(Number(arguments[0]), out var file):
                Do(new Wrote(file.Node, long.Parse(arguments[1], CultureInfo.InvariantCulture), null));
                break;
            case "mkdir":
                if (Find(arguments[0]) is { } folder)
                    Do(new Made(folder.Folder, folder.Name, _tree.Count, IsFolder: true));
                break;
            case "rename":
                Move(arguments[0], arguments[1], swaps: false);
                break;
            case "renameat2":
                Move(arguments[1], arguments[3], swaps: arguments[4] == "RENAME_EXCHANGE");
                break;
            case "unlink" or "rmdir":
                if (Find(arguments[0]) is { } entry)
                    Do(new Removed(entry.Folder, entry.Name));
                break;
            case "fsync" or "fdatasync" when _open.TryGetValue(Number(arguments[0]), out var file):
                Do(new Flushed(file.Node));
                break;
            // .NET writes to copies of standard output and standard error.
            case "dup" or "dup2" or "dup3":
            case "fcntl" when arguments[1].StartsWith("F_DUPFD", StringComparison.Ordinal):
                if (_streams.TryGetValue(Number(arguments[0]), out int stream))
                    _streams[(int)result] = stream;
                break;
            case "syncfs":
                Do(new Flushed(null));
                break;
            // What nothing does today must not go unnoticed if something does it tomorrow.
            case "fallocate" or "copy_file_range" or "sendfile" when arguments.Any(a => _open.ContainsKey(Number(a))):
            case "renameat" or "link" or "linkat" or "symlink" or "symlinkat" or "unlinkat" or "mkdirat":
                throw new NotSupportedException(call[..Math.Min(call.Length, 200)]);
        }
    }

    private void Open(string path, string flags, int number)
    {
        _open.Remove(number);
        _streams.Remove(number);
        if (Path.GetFullPath(path, _root) == _root)
            _open[number] = (DiskTree.Root, 0);
        if (Find(path) is not { } entry)
            return;
        if (_tree[entry] is not { } node)
            Do(new Made(entry.Folder, entry.Name, node = _tree.Count, IsFolder: false));
        else if (flags.Contains("O_TRUNC", StringComparison.Ordinal))
            Do(new Wrote(node, 0, null));
        _open[number] = (node, 0);
    }

    private void Write(int number, string bytes, long length, long? at)
    {
        byte[] written = Encoding.Latin1.GetBytes(bytes)[..(int)length];
        if (_open.TryGetValue(number, out var file))
        {
            Do(new Wrote(file.Node, at ?? file.Position, written));
            _open[number] = (file.Node, (at ?? file.Position) + length);
        }
        else if (_streams.TryGetValue(number, out int stream))
            Do(new Said(stream == 1, Encoding.UTF8.GetString(written)));
    }

    private void Move(string from, string to, bool swaps)
    {
        if (Find(from) is { } a && Find(to) is { } b)
            Do(new Moved(a, b, swaps));
    }

    private bool IsFolder(int? node) =>
        node is { } number && !_changes.Any(change => change is Wrote w && w.Node == number);

    private void Do(DiskChange change)
    {
        _tree.Apply(change);
        _changes.Add(change);
    }

    private (int Folder, string Name)? Find(string path)
    {
        string full = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(path));
        full = Path.GetFullPath(full, _root);
        return full.StartsWith(_root + "/", StringComparison.Ordinal) ? _tree.Find(full[(_root.Length + 1)..]) : null;
    }

    private static int Number(string text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out int number) ? number : -1;

    /// <summary>The arguments of a call; of texts, and of a list of buffers, the bytes as characters.</summary>
    private static List<string> Arguments(string text)
    {
        var arguments = new List<string>();
        var argument = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < text.Length; i++)
            if (text[i] == '"')
            {
                if (depth > 0 && argument.Length > 0 && argument[0] == '[')
                    argument.Clear();
                for (i++; text[i] != '"'; i += 4)
                    argument.Append((char)Convert.ToByte(text.Substring(i + 2, 2), 16));
            }
            else if (text[i] is '[' or '{')
                (depth, _) = (depth + 1, depth == 0 ? argument.Append('[') : argument);
            else if (text[i] is ']' or '}')
                depth--;
            else if (text[i] == ',' && depth == 0)
            {
                arguments.Add(argument.ToString());
                argument.Clear();
            }
            else if (depth == 0 && text[i] != ' ')
                argument.Append(text[i]);
        arguments.Add(argument.ToString());
        return arguments;
    }
}
