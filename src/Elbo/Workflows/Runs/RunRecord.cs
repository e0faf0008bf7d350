using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Runs;

/// <summary>
/// Information about a run besides its options and metrics: its size, and the processes that trained it. Stored in
/// <c>run.json</c>.
/// </summary>
/// <remarks>
/// No computation depends on it, so a run without it remains usable. Generated JSON code sets properties missing from
/// older files to null; the properties replace null by their defaults.
/// </remarks>
public sealed record RunRecord
{
    private static readonly RunRecordJson Json = new(
        new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
            RespectNullableAnnotations = true,
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    /// <summary>Number of trained parameters.</summary>
    public long Parameters { get; init; }

    /// <summary>Height, width and, with colour, number of channels of an image: <c>32×32×3</c>.</summary>
    public string ImageShape
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>Number of training images.</summary>
    public int TrainImages { get; init; }

    /// <summary>Number of validation images.</summary>
    public int ValidationImages { get; init; }

    /// <summary>Number of test images.</summary>
    public int TestImages { get; init; }

    /// <summary>The numbers of training, validation and test images as text.</summary>
    internal string Images => $"{TrainImages:N0}, {ValidationImages:N0} and {TestImages:N0}";

    /// <summary>Names of the classes in order; empty without labels.</summary>
    public IReadOnlyList<string> ClassNames
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The images that the run was trained with; null in records of older versions.</summary>
    public DataRecord? Data { get; init; }

    /// <summary>All processes that trained the run, in order.</summary>
    public IReadOnlyList<RunSession> Sessions
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Reads the record of <paramref name="run"/>; null if there is none.</summary>
    /// <exception cref="InvalidDataException">The record is damaged.</exception>
    public static RunRecord? Load(RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!File.Exists(run.Record))
            return null;
        try
        {
            var record =
                JsonSerializer.Deserialize(
                    StrictJson.Check(RegularFile.ReadAllText(run.Record), run.Record),
                    Json.RunRecord
                ) ?? throw new InvalidDataException($"{run.Record} holds nothing.");
            return record.Problem() is { } problem
                ? throw new InvalidDataException($"{run.Record} is not a record of a run: {problem}.")
                : record;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"{run.Record} is not a record of a run: line {(e.LineNumber ?? 0) + 1}, byte "
                    + $"{(e.BytePositionInLine ?? 0) + 1}.",
                e
            );
        }
    }

    /// <summary>Reads the record of <paramref name="run"/>; null if there is none or it is damaged.</summary>
    internal static RunRecord? TryLoad(RunFolder run)
    {
        try
        {
            return Load(run);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>A value that no run has, in valid JSON of the right types; null if there is none.</summary>
    private string? Problem()
    {
        if (Parameters < 0 || TrainImages < 0 || ValidationImages < 0 || TestImages < 0)
            return "a number of parameters or images is negative";
        if (ClassNames.Contains(null))
            return "a class name is null";
        for (int i = 0; i < Sessions.Count; i++)
        {
            // Nullable annotations do not cover the elements of a list.
            if ((RunSession?)Sessions[i] is not { } session)
                return $"session {i + 1} is null";
            // A session that ends within its first epoch completes none.
            if (session.FirstEpoch < 1 || session.LastEpoch < session.FirstEpoch - 1)
                return $"session {i + 1} has epochs {session.FirstEpoch} to {session.LastEpoch}; they count from 1";
            if (session.Cores < 0 || session.Threads < 0)
                return $"session {i + 1} has a negative number of cores or threads";
        }
        return null;
    }

    /// <summary>Writes the record to the run's folder.</summary>
    internal void Save(RunFolder run) =>
        AtomicFile.WriteText(run.Record, JsonSerializer.Serialize(this, Json.RunRecord) + "\n");

    /// <summary>A copy of this record with its last session replaced.</summary>
    internal RunRecord WithLast(RunSession session) => this with { Sessions = [.. Sessions.SkipLast(1), session] };
}

/// <summary>The images of a run: where they were read from, and digests of their content.</summary>
public sealed record DataRecord
{
    /// <summary>The folder or file that was read; null if the images are generated.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// <see cref="ImageDataset.Digest"/> of the training images, before validation images are held out.
    /// </summary>
    public string? Train { get; init; }

    /// <summary>Digest of the dataset's own validation images; null if it has none.</summary>
    public string? Validation { get; init; }

    /// <summary>Digest of the test images.</summary>
    public string? Test { get; init; }

    /// <summary>Creates the record of images that were read from <paramref name="folder"/>.</summary>
    internal static DataRecord Of(DatasetSplits data, string? folder) =>
        new()
        {
            Folder = folder,
            Train = data.Train.Digest(),
            Validation = data.Validation?.Digest(),
            Test = data.Test.Digest(),
        };

    /// <summary>
    /// The splits whose content differs from that in <paramref name="other"/>, as text; empty for none.
    /// </summary>
    internal string Differences(DataRecord other)
    {
        string[] changed =
        [
            .. Train == other.Train ? (string[])[] : ["training"],
            .. Validation == other.Validation ? (string[])[] : ["validation"],
            .. Test == other.Test ? (string[])[] : ["test"],
        ];
        return string.Join(" and ", changed);
    }
}

/// <summary>A process that trained a run: time, epochs and machine.</summary>
public sealed record RunSession
{
    /// <summary>Start of training.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>End of training; null while it runs, and if the process was killed.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The first epoch trained, from 1.</summary>
    public int FirstEpoch { get; init; }

    /// <summary>The last completed epoch; null as for <see cref="Ended"/>.</summary>
    public int? LastEpoch { get; init; }

    /// <summary>Version of Elbo.</summary>
    public string Elbo
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>The runtime.</summary>
    public string Runtime
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>The operating system.</summary>
    public string System
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>Name of the processor.</summary>
    public string Processor
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>Number of logical processors.</summary>
    public int Cores { get; init; }

    /// <summary>Number of threads used.</summary>
    public int Threads { get; init; }

    /// <summary>Vector instructions used, or the kind of the GPU.</summary>
    public string InstructionSet
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>The GPU used; empty for the processor.</summary>
    public string Gpu
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>Creates a session that starts now in this process.</summary>
    internal static RunSession Begin(int firstEpoch, Device device) =>
        new()
        {
            Started = Now(),
            FirstEpoch = firstEpoch,
            Elbo = Machine.Version,
            Runtime = Machine.Runtime,
            System = Machine.System,
            Processor = Machine.Processor,
            Cores = Environment.ProcessorCount,
            Threads = device.Threads,
            InstructionSet = device.InstructionSet,
            Gpu = device.IsProcessor ? "" : device.Description,
        };

    /// <summary>A copy of this session that ends now.</summary>
    internal RunSession End(int lastEpoch) => this with { Ended = Now(), LastEpoch = lastEpoch };

    private static DateTimeOffset Now() =>
        DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
}

/// <summary>Serialises <see cref="RunRecord"/> without reflection.</summary>
[JsonSerializable(typeof(RunRecord))]
internal sealed partial class RunRecordJson : JsonSerializerContext;

/// <summary>The machine and software of a run or a measurement.</summary>
public static class Machine
{
    private const string ProcessorFile = "/proc/cpuinfo";

    /// <summary>Name of the processor if the system provides it (Linux, Windows), else its architecture.</summary>
    public static string Processor { get; } = ReadProcessor();

    /// <summary>The operating system and its version.</summary>
    public static string System => RuntimeInformation.OSDescription;

    /// <summary>The runtime, for example <c>.NET 10.0.4</c>.</summary>
    public static string Runtime => RuntimeInformation.FrameworkDescription;

    /// <summary>
    /// Version of this library, with the commit it was built from if known, for example <c>0.1.0+1a2b3c</c>.
    /// </summary>
    public static string Version { get; } =
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    private static string ReadProcessor()
    {
        string? name = File.Exists(ProcessorFile)
            ? File.ReadLines(ProcessorFile)
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[^1]
                .Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return string.IsNullOrEmpty(name) ? RuntimeInformation.ProcessArchitecture.ToString() : name;
    }
}
