using System.Text.Json;
using System.Text.Json.Serialization;
using Elbo.Training.Schedules;

namespace Elbo.Training;

/// <summary>
/// How far a run has come: with the model's and the optimiser's tensors, all that is needed to go on to the same bits.
/// </summary>
public sealed record TrainingState
{
    /// <summary>Epochs completed.</summary>
    public int Epoch { get; init; }

    /// <summary>Batches done of the epoch that runs.</summary>
    public int BatchInEpoch { get; init; }

    /// <summary>Steps done since training began.</summary>
    public long Step { get; init; }

    /// <summary>Where the learning-rate schedule stands.</summary>
    public ScheduleState Schedule
    {
        get;
        init => field = value ?? new ScheduleState();
    } = new();

    /// <summary>Where early stopping stands.</summary>
    public EarlyStoppingState EarlyStopping
    {
        get;
        init => field = value ?? new EarlyStoppingState();
    } = new();

    /// <summary>Sums over the images of the epoch that runs, by loss term, in nats.</summary>
    public IReadOnlyDictionary<string, double> EpochSums
    {
        get;
        init => field = value ?? new Dictionary<string, double>();
    } = new Dictionary<string, double>();

    /// <summary>Images that went into <see cref="EpochSums"/>.</summary>
    public long EpochImages { get; init; }

    /// <summary>Time spent training, over all sessions.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>This state as JSON on one line; numbers keep every bit.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, TrainingStateJson.Default.TrainingState);

    /// <summary>The state that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is not such JSON.</exception>
    public static TrainingState FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TrainingStateJson.Default.TrainingState)
                ?? throw new InvalidDataException("the training state is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"the training state is not valid: {e.Message}", e);
        }
    }
}

/// <summary>Reads and writes <see cref="TrainingState"/> without reflection.</summary>
/// <remarks>
/// Named numbers, for a loss that has become infinite must not keep the state from being saved. What a checkpoint lacks
/// becomes null or 0; the properties turn null into their defaults.
/// </remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true
)]
[JsonSerializable(typeof(TrainingState))]
internal sealed partial class TrainingStateJson : JsonSerializerContext;
