namespace Elbo.Training.Schedules;

/// <summary>What users may say about a schedule beside its name; null takes the schedule's own default.</summary>
/// <remarks>Messages name settings as the command line does, with <c>schedule-</c> in front.</remarks>
public sealed record ScheduleSettings
{
    /// <summary>Epochs from one reduction of the rate to the next.</summary>
    public int? Period { get; init; }

    /// <summary>Numbers of epochs, ascending, after each of which the rate is reduced once.</summary>
    public IReadOnlyList<int>? Milestones { get; init; }

    /// <summary>What a reduction multiplies the rate by.</summary>
    public float? Factor { get; init; }

    /// <summary>Epochs in a row without improvement that are let pass before a reduction.</summary>
    public int? Patience { get; init; }

    /// <summary>Its options by name.</summary>
    internal static IReadOnlyList<OptionOf<ScheduleSettings>> List { get; } =
    [
        OptionOf<ScheduleSettings>.WholeNumber(
            "schedule-period",
            "step schedule: epochs from one reduction of the learning rate to the next",
            o => o.Period,
            (o, v) => o with { Period = v }
        ) with
        {
            Default = $"{new StepScheduleOptions().Every}",
            Range = OptionRange.From(1, "epochs"),
            Replaces = ["schedule-milestones"],
        },
        OptionOf<ScheduleSettings>.WholeNumbers(
            "schedule-milestones",
            "step schedule: epochs after each of which the learning rate is reduced once, instead of a period",
            o => o.Milestones,
            (o, v) => o with { Milestones = v }
        ) with
        {
            Example = "6,12",
            Replaces = ["schedule-period"],
        },
        OptionOf<ScheduleSettings>.Number(
            "schedule-factor",
            "step, plateau and exponential schedule: what a reduction multiplies the learning rate by",
            o => o.Factor,
            (o, v) => o with { Factor = v }
        ) with
        {
            Default = "0.1; 0.95 for exponential",
            Range = OptionRange.ProperFraction,
        },
        OptionOf<ScheduleSettings>.WholeNumber(
            "schedule-patience",
            "plateau schedule: epochs without a better training loss that are let pass",
            o => o.Patience,
            (o, v) => o with { Patience = v }
        ) with
        {
            Default = $"{new PlateauScheduleOptions().Patience}",
            Range = OptionRange.From(0, "epochs"),
        },
    ];

    /// <summary>Checks the ranges, and that <paramref name="schedule"/> has what is set.</summary>
    /// <exception cref="ArgumentException">It has not, or a setting is out of range; the message names it.</exception>
    public void Validate(ScheduleEntry schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        RequireKnown(schedule, nameof(Period), Period is not null);
        RequireKnown(schedule, nameof(Milestones), Milestones is not null);
        RequireKnown(schedule, nameof(Factor), Factor is not null);
        RequireKnown(schedule, nameof(Patience), Patience is not null);
        List.Validate(this);
        if (Milestones is null)
            return;
        if (Period is not null)
            throw new ArgumentException(
                "schedule-period and schedule-milestones were both given; the rate falls either every so many "
                    + "epochs or after those named."
            );
        if (
            Milestones.Count == 0
            || Milestones[0] < 1
            || Milestones.Zip(Milestones.Skip(1)).Any(pair => pair.First >= pair.Second)
        )
            throw new ArgumentException(
                $"schedule-milestones are {string.Join(',', Milestones)}; they must be numbers of epochs from 1 "
                    + "on, ascending, as in 6,12."
            );
    }

    private static void RequireKnown(ScheduleEntry schedule, string setting, bool isSet)
    {
        if (!isSet || schedule.Settings.Contains(setting))
            return;
        var others = ScheduleCatalog.All.Where(entry => entry.Settings.Contains(setting)).Select(entry => entry.Name);
        throw new ArgumentException(
            $"the {schedule.Name} schedule takes no schedule-{setting.ToLowerInvariant()}; "
                + $"{string.Join(", ", others)} can."
        );
    }
}
