using System.Diagnostics;
using System.Globalization;

namespace Elbo.Tests.Fuzzing;

/// <summary>
/// Reads many inputs of a target. Each is read, or refused by an exception for bad files in one line; within a limit of
/// time and memory, and without another file.
/// </summary>
internal sealed class FuzzRun
{
    /// <summary>Longest time of an input. Most take less than a millisecond; a machine may be busy.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Where failing inputs are kept, and the table of results.</summary>
    public static string Artifacts { get; } = Repository.File("artifacts/fuzz");

    private readonly FuzzTarget _target;
    private readonly bool _measuresAll;
    private readonly SortedDictionary<string, int> _refused = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private TimeSpan _slowest;
    private double _mostPerByte;
    private long _mostBytes;
    private int _read;

    private FuzzRun(FuzzTarget target, bool measuresAll) => (_target, _measuresAll) = (target, measuresAll);

    /// <summary>The most failures that are collected before the run stops.</summary>
    private const int MostFaults = 10;

    /// <summary>Names of the columns of <see cref="Row"/>.</summary>
    public static string Header =>
        "target,inputs,read,InvalidDataException,ArgumentException,IOException,longest ms,most bytes,"
        + "most bytes per byte of input";

    /// <summary>Number of inputs that were read without complaint.</summary>
    public int Read => _read;

    /// <summary>Number of inputs that were refused.</summary>
    public int Refused => _refused.Values.Sum();

    /// <summary>What happened, as a row of a table.</summary>
    public string Row =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{_target.Name},{_read + Refused},{_read},{Count("InvalidDataException")},{Count("ArgumentException")},"
                + $"{Count("IOException")},{_slowest.TotalMilliseconds:F1},{_mostBytes},{_mostPerByte:F0}"
        );

    /// <summary>The message of the last input that was refused; empty if none was.</summary>
    public string Refusal { get; private set; } = "";

    /// <summary>Fails if an input broke a rule.</summary>
    public void AssertSound() => Assert.True(_faults.Count == 0, string.Join("\n\n", _faults));

    /// <summary>Reads the inputs with the numbers 0 to <paramref name="count"/> − 1.</summary>
    /// <param name="target">The target.</param>
    /// <param name="count">Number of inputs.</param>
    /// <param name="alone">Whether nothing else runs, so that memory of other threads can be measured.</param>
    public static FuzzRun Of(FuzzTarget target, int count, bool alone)
    {
        var mutator = target.Mutator();
        return Of(
            target,
            alone,
            Enumerable.Range(0, count).Select(number => ($"input {number}", mutator.Next(number)))
        );
    }

    /// <summary>Reads the given inputs.</summary>
    public static FuzzRun Of(FuzzTarget target, bool alone, IEnumerable<(string Name, byte[] File)> inputs)
    {
        var run = new FuzzRun(target, target.OnOtherThreads && alone);
        using var folder = InputFolder.Create();
        var read = target.Prepare(folder);
        string path = folder.File(target.File);
        foreach (var (name, file) in inputs)
        {
            run.Add(name, path, file, read);
            if (run._faults.Count >= MostFaults)
                break;
        }
        run.CheckFolder(folder.Path, path);
        return run;
    }

    private int Count(string kind) => _refused.GetValueOrDefault(kind);

    private void Add(string name, string path, byte[] file, Action<string> read)
    {
        File.WriteAllBytes(path, file);
        string? fault = null;
        // A reader that hangs cannot be ended, but it can be named.
        using var watch = new Timer(
            _ => Environment.FailFast($"{_target.Name}, {Keep(name, file)}: takes for ever"),
            null,
            Longest * 6,
            Timeout.InfiniteTimeSpan
        );
        long before = Allocated();
        var started = Stopwatch.GetTimestamp();
        try
        {
            read(path);
            _read++;
        }
        catch (Exception e)
        {
            (fault, Refusal) = (Fault(e, path), e.Message);
            string kind = e switch
            {
                InvalidDataException => nameof(InvalidDataException),
                ArgumentException => nameof(ArgumentException),
                _ => nameof(IOException),
            };
            _refused[kind] = _refused.GetValueOrDefault(kind) + 1;
        }
        var time = Stopwatch.GetElapsedTime(started);
        long bytes = Allocated() - before;
        if (_target.OnOtherThreads && !_measuresAll)
            bytes = 0;
        // Readers that compute on several threads wait while other tests use them: a slow input is slow twice.
        if (time > Longest && Repeated(path, read) is var second && second > Longest)
            fault ??= $"took {time.TotalSeconds:F1} s, and {second.TotalSeconds:F1} s when it was read again";
        if (bytes > _target.Memory.Of(file.Length))
            fault ??= $"took {bytes:N0} bytes for {file.Length:N0}; the limit is {_target.Memory.Of(file.Length):N0}";
        if (time > _slowest)
            _slowest = time;
        _mostBytes = Math.Max(_mostBytes, bytes);
        _mostPerByte = Math.Max(_mostPerByte, (double)bytes / Math.Max(1, file.Length));
        if (fault is not null)
            _faults.Add($"{_target.Name}, {Keep(name, file)}: {fault}");
    }

    private static TimeSpan Repeated(string path, Action<string> read)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            read(path);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or IOException) { }
        return Stopwatch.GetElapsedTime(started);
    }

    private long Allocated() => _measuresAll ? GC.GetTotalAllocatedBytes() : GC.GetAllocatedBytesForCurrentThread();

    private string? Fault(Exception e, string path)
    {
        if (e is not (InvalidDataException or ArgumentException or IOException))
            return e.ToString();
        if (e.Message.AsSpan().ContainsAny('\n', '\r'))
            return $"the message has several lines: {e.Message}";
        return _target.NamesPath && !e.Message.StartsWith(path, StringComparison.Ordinal)
            ? $"the message does not begin with the path: {e}"
            : null;
    }

    /// <summary>Writes a failing input where it can be taken into the corpus.</summary>
    private string Keep(string name, byte[] file)
    {
        Directory.CreateDirectory(Artifacts);
        string path = Path.Combine(Artifacts, $"{_target.Name}-{name.Replace(' ', '-')}");
        File.WriteAllBytes(path, file);
        return $"{name} (kept as {path})";
    }

    private void CheckFolder(string folder, string path)
    {
        foreach (
            string file in Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(file => file != path)
        )
            if (
                !_target.Writes.Any(name =>
                    Path.GetRelativePath(folder, file).StartsWith(name, StringComparison.Ordinal)
                )
            )
                _faults.Add($"{_target.Name} wrote {file}");
    }
}

/// <summary>Folders of the inputs, in memory where the system has such files.</summary>
internal static class InputFolder
{
    private const string Memory = "/dev/shm";

    public static TemporaryFolder Create() =>
        Directory.Exists(Memory) ? new TemporaryFolder(Memory) : new TemporaryFolder();
}
