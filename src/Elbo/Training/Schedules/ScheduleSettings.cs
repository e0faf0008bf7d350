namespace Elbo.Training.Schedules;

/// <summary>Settings of a schedule that users can choose; null uses the schedule's default.</summary>
/// <remarks>Messages use the names of the command line, with the prefix <c>lr-</c>.</remarks>
public sealed record ScheduleSettings
{
    /// <summary>Number of epochs between reductions of the learning rate.</summary>
    public int? Period { get; init; }

    /// <summary>Epochs, in ascending order, after each of which the learning rate is reduced once.</summary>
    public IReadOnlyList<int>? Milestones { get; init; }

    /// <summary>Factor of the learning rate at a reduction.</summary>
    public float? Factor { get; init; }

    /// <summary>Number of consecutive epochs without improvement to wait before a reduction.</summary>
    public int? Patience { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<ScheduleSettings>> List { get; } =
    [
        OptionOf<ScheduleSettings>.WholeNumber(
            "lr-period",
            "step schedule: epochs between reductions of the learning rate",
            o => o.Period,
            (o, v) => o with { Period = v }
        ) with
        {
            Aliases = ["schedule-period"],
            Default = $"{new StepScheduleOptions().Every}",
            Range = OptionRange.From(1, "epochs"),
            Replaces = ["lr-milestones"],
        },
        OptionOf<ScheduleSettings>.WholeNumbers(
            "lr-milestones",
            "step schedule: epochs after each of which the learning rate is reduced once, instead of a period",
            o => o.Milestones,
            (o, v) => o with { Milestones = v }
        ) with
        {
            Aliases = ["schedule-milestones"],
            Example = "6,12",
            Replaces = ["lr-period"],
        },
        OptionOf<ScheduleSettings>.Number(
            "lr-factor",
            "step, plateau and exponential schedule: factor of the learning rate at a reduction",
            o => o.Factor,
            (o, v) => o with { Factor = v }
        ) with
        {
            Aliases = ["schedule-factor"],
            Default = "0.1; 0.95 for exponential",
            Range = OptionRange.ProperFraction,
        },
        OptionOf<ScheduleSettings>.WholeNumber(
            "lr-patience",
            "plateau schedule: epochs without a better training loss before a reduction",
            o => o.Patience,
            (o, v) => o with { Patience = v }
        ) with
        {
            Aliases = ["schedule-patience"],
            Default = $"{new PlateauScheduleOptions().Patience}",
            Range = OptionRange.From(0, "epochs"),
        },
    ];

    /// <summary>Checks the ranges, and that every setting applies to <paramref name="schedule"/>.</summary>
    /// <exception cref="ArgumentException">
    /// A setting does not apply or is out of range. The message names it.
    /// </exception>
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
                "lr-period and lr-milestones were both given; the rate falls either every so many "
                    + "epochs or after those named."
            );
        if (
            Milestones.Count == 0
            || Milestones[0] < 1
            || Milestones.Zip(Milestones.Skip(1)).Any(pair => pair.First >= pair.Second)
        )
            throw new ArgumentException(
                $"lr-milestones are {string.Join(',', Milestones)}; they must be numbers of epochs from 1 "
                    + "on, ascending, as in 6,12."
            );
    }

    private static void RequireKnown(ScheduleEntry schedule, string setting, bool isSet)
    {
        if (!isSet || schedule.Settings.Contains(setting))
            return;
        var others = ScheduleCatalog.All.Where(entry => entry.Settings.Contains(setting)).Select(entry => entry.Name);
        throw new ArgumentException(
            $"the {schedule.Name} schedule takes no lr-{setting.ToLowerInvariant()}; "
                + $"{string.Join(", ", others)} can."
        );
    }
}
