using System.Text.Json.Serialization;

namespace Elbo.Training.Schedules;

/// <summary>
/// What a <see cref="LearningRateSchedule"/> remembers between epochs; one record for all, so that it is plain JSON.
/// </summary>
public sealed record ScheduleState
{
    /// <summary>Epochs that have ended.</summary>
    public int Epoch { get; init; }

    /// <summary>What the initial rate is multiplied by, for schedules that follow a metric.</summary>
    [JsonRequired]
    public double Factor { get; init; } = 1;

    /// <summary>The best metric so far; null before the first.</summary>
    public float? Best { get; init; }

    /// <summary>Epochs in a row that were not better.</summary>
    public int BadEpochs { get; init; }

    /// <summary>Epochs still to pass before bad ones are counted again.</summary>
    public int CooldownLeft { get; init; }
}
