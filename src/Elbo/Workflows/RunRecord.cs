using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Elbo.Formats;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>
/// What is known of a run beside its options and figures: its size, and who trained it when and on what. Kept in
/// <c>run.json</c>.
/// </summary>
/// <remarks>
/// Nothing that is computed depends on it; a run without it is as good. Generated JSON code sets to null what a file of
/// another version lacks, which the properties turn into their defaults.
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

    /// <summary>Number of trained numbers.</summary>
    public long Parameters { get; init; }

    /// <summary>Height and width of an image, and its channels where it has several: <c>32×32×3</c>.</summary>
    public string ImageShape
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>Images trained on.</summary>
    public int TrainImages { get; init; }

    /// <summary>Images kept for validation.</summary>
    public int ValidationImages { get; init; }

    /// <summary>Images kept for testing.</summary>
    public int TestImages { get; init; }

    /// <summary>How many images of each kind, in words.</summary>
    internal string Images => $"{TrainImages:N0}, {ValidationImages:N0} and {TestImages:N0}";

    /// <summary>Names of the images' classes in their order; empty where images have no labels.</summary>
    public IReadOnlyList<string> ClassNames
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Every process that trained the run, the first one first.</summary>
    public IReadOnlyList<RunSession> Sessions
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The record of <paramref name="run"/>; null where it has none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static RunRecord? Load(RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!File.Exists(run.Record))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(run.Record), Json.RunRecord)
                ?? throw new InvalidDataException($"{run.Record} holds nothing.");
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

    /// <summary>Writes the record into the run's folder.</summary>
    internal void Save(RunFolder run) =>
        AtomicFile.WriteText(run.Record, JsonSerializer.Serialize(this, Json.RunRecord) + "\n");

    /// <summary>This record with its last session replaced.</summary>
    internal RunRecord WithLast(RunSession session) => this with { Sessions = [.. Sessions.SkipLast(1), session] };
}

/// <summary>One process that trained a run: when, how far, and on what.</summary>
public sealed record RunSession
{
    /// <summary>When training began.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>When it ended or was stopped; null while it lasts, and for ever where the process was killed.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The epoch that ran first, from 1.</summary>
    public int FirstEpoch { get; init; }

    /// <summary>The last epoch that was completed; null as <see cref="Ended"/>.</summary>
    public int? LastEpoch { get; init; }

    /// <summary>The version of Elbo.</summary>
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

    /// <summary>The processor's name.</summary>
    public string Processor
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>Logical processors of the machine.</summary>
    public int Cores { get; init; }

    /// <summary>Threads that computed.</summary>
    public int Threads { get; init; }

    /// <summary>Vector instructions that were used.</summary>
    public string InstructionSet
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>A session that begins now, in this process.</summary>
    internal static RunSession Begin(int firstEpoch, int threads, string instructionSet) =>
        new()
        {
            Started = Now(),
            FirstEpoch = firstEpoch,
            Elbo = Machine.Version,
            Runtime = Machine.Runtime,
            System = Machine.System,
            Processor = Machine.Processor,
            Cores = Environment.ProcessorCount,
            Threads = threads,
            InstructionSet = instructionSet,
        };

    /// <summary>This session as it ends now.</summary>
    internal RunSession End(int lastEpoch) => this with { Ended = Now(), LastEpoch = lastEpoch };

    private static DateTimeOffset Now() =>
        DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
}

/// <summary>Reads and writes <see cref="RunRecord"/> without reflection.</summary>
[JsonSerializable(typeof(RunRecord))]
internal sealed partial class RunRecordJson : JsonSerializerContext;
