namespace Elbo.Workflows;

/// <summary>One process that trained a run: when, how far, and on what.</summary>
public sealed record TrainingSession
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
    internal static TrainingSession Begin(int firstEpoch, int threads, string instructionSet) =>
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
    internal TrainingSession End(int lastEpoch) => this with { Ended = Now(), LastEpoch = lastEpoch };

    private static DateTimeOffset Now() =>
        DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
}
