using System.Text.Json;
using System.Text.Json.Serialization;
using Elbo.Formats;
using Elbo.Training.Schedules;

namespace Elbo.Training;

/// <summary>
/// The state of a run besides tensors. Together with the tensors of the model and the optimiser, a run resumes from it
/// to the same bits.
/// </summary>
public sealed record TrainingState
{
    /// <summary>Number of completed epochs.</summary>
    public int Epoch { get; init; }

    /// <summary>Number of completed batches of the current epoch.</summary>
    public int BatchInEpoch { get; init; }

    /// <summary>Number of completed steps since training began.</summary>
    public long Step { get; init; }

    /// <summary>State of the learning-rate schedule.</summary>
    public ScheduleState Schedule
    {
        get;
        init => field = value ?? new ScheduleState();
    } = new();

    /// <summary>State of early stopping.</summary>
    public EarlyStoppingState EarlyStopping
    {
        get;
        init => field = value ?? new EarlyStoppingState();
    } = new();

    /// <summary>Sums of each loss term over the images of the current epoch so far, in nats.</summary>
    public IReadOnlyDictionary<string, double> EpochSums
    {
        get;
        init => field = value ?? new Dictionary<string, double>();
    } = new Dictionary<string, double>();

    /// <summary>Number of images in <see cref="EpochSums"/>.</summary>
    public long EpochImages { get; init; }

    /// <summary>Training time over all sessions, in seconds.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>Converts the state to one line of JSON, without loss of precision.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, TrainingStateJson.Default.TrainingState);

    /// <summary>Parses the output of <see cref="ToJson"/>.</summary>
    /// <exception cref="InvalidDataException">The text is not such JSON.</exception>
    public static TrainingState FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var state =
                JsonSerializer.Deserialize(
                    StrictJson.Check(json, "the training state"),
                    TrainingStateJson.Default.TrainingState
                ) ?? throw new InvalidDataException("the training state is null.");
            return
                state.Epoch is >= 0 and < int.MaxValue
                && state.BatchInEpoch >= 0
                && state.Step >= 0
                && state.EpochImages >= 0
                && state.Schedule is { Epoch: >= 0, BadEpochs: >= 0, CooldownLeft: >= 0 }
                && state.EarlyStopping.BadEpochs >= 0
                ? state
                : throw new InvalidDataException("the training state has a count that is negative or too large.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"the training state is not valid: {e.Message}", e);
        }
    }
}

/// <summary>Serialises <see cref="TrainingState"/> without reflection.</summary>
/// <remarks>
/// Infinity and NaN are written by name, so that a state with an infinite loss can be saved. Values missing from a
/// checkpoint become null or 0; the properties replace null by their defaults.
/// </remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true
)]
[JsonSerializable(typeof(TrainingState))]
internal sealed partial class TrainingStateJson : JsonSerializerContext;
