using System.Text.Json;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Training.Schedules;

public class ScheduleTests
{
    public static TheoryData<string> Names => [.. ScheduleCatalog.All.Select(entry => entry.Name)];

    [Fact]
    [Trait("Category", "Reference")]
    public void Step_is_that_of_PyTorch() =>
        AssertEpochs("step_lr/lr", new StepSchedule(1, new StepScheduleOptions { Every = 6 }));

    [Fact]
    [Trait("Category", "Reference")]
    public void Cosine_is_that_of_PyTorch() => AssertEpochs("cosine/lr", new CosineSchedule(1, epochs: 20));

    [Fact]
    [Trait("Category", "Reference")]
    public void Exponential_is_that_of_PyTorch() =>
        AssertEpochs("exponential/lr", new ExponentialSchedule(1, new ExponentialScheduleOptions { Gamma = 0.9f }));

    [Fact]
    [Trait("Category", "Reference")]
    public void Plateau_is_that_of_PyTorch()
    {
        using var golden = Golden.Open("optim");
        var schedule = new PlateauSchedule(1, new PlateauScheduleOptions { Patience = 3 });
        var metrics = golden.ReadFloats("reduce_lr_on_plateau/metrics");
        var rates = golden.ReadFloats("reduce_lr_on_plateau/lr");
        for (int epoch = 0; epoch < metrics.Values.Length; epoch++)
        {
            schedule.EpochEnded(metrics.Values[epoch]);
            Assert.Equal(rates.Values[epoch], schedule.Rate, 1e-6f * rates.Values[epoch]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_restored_state_goes_on_with_the_same_bits(string name)
    {
        var whole = ScheduleCatalog.Get(name).Create(3e-4f, 50, new ScheduleSettings());
        for (int epoch = 0; epoch < 50; epoch++)
        {
            var restored = ScheduleCatalog.Get(name).Create(3e-4f, 50, new ScheduleSettings());
            restored.State = JsonSerializer.Deserialize<ScheduleState>(JsonSerializer.Serialize(whole.State))!;
            Assert.Equal(whole.State, restored.State);
            Assert.Equal(whole.Rate, restored.Rate);
            whole.EpochEnded(100 / (1 + epoch % 7));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_first_epoch_has_the_initial_rate_and_no_rate_grows(string name)
    {
        var schedule = ScheduleCatalog.Get(name).Create(1e-3f, 30, new ScheduleSettings());
        Assert.Equal(1e-3f, schedule.Rate);
        for (int epoch = 0; epoch < 60; epoch++)
        {
            float before = schedule.Rate;
            schedule.EpochEnded(1);
            Assert.InRange(schedule.Rate, 0, before);
        }
    }

    [Fact]
    public void A_tenth_from_epoch_six_on_is_a_step_schedule_with_one_milestone() =>
        AssertRates(Step(new() { Milestones = [6] }), epochs: 40, epoch => epoch < 6 ? 1e-3f : 1e-4f);

    [Fact]
    public void Every_milestone_reduces_once_and_a_period_again_and_again()
    {
        AssertRates(
            Step(new() { Milestones = [2, 5], Factor = 0.5f }),
            epochs: 20,
            epoch =>
                epoch < 2 ? 1e-3f
                : epoch < 5 ? 5e-4f
                : 2.5e-4f
        );
        AssertRates(
            Step(new() { Period = 3, Factor = 0.5f }),
            epochs: 9,
            epoch =>
                epoch < 3 ? 1e-3f
                : epoch < 6 ? 5e-4f
                : 2.5e-4f
        );
    }

    [Fact]
    public void Settings_reach_the_schedules_that_have_them()
    {
        var plateau = ScheduleCatalog
            .Get("plateau")
            .Create(1, 50, new ScheduleSettings { Factor = 0.5f, Patience = 2 });
        AssertRates(plateau, epochs: 5, epoch => epoch < 4 ? 1 : 0.5f);
        AssertRates(
            ScheduleCatalog.Get("exponential").Create(1, 50, new ScheduleSettings { Factor = 0.5f }),
            epochs: 3,
            epoch => MathF.Pow(0.5f, epoch)
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_setting_that_a_schedule_lacks_is_refused_with_those_that_have_it(string name)
    {
        var all = new ScheduleSettings[]
        {
            new() { Period = 3 },
            new() { Milestones = [3] },
            new() { Factor = 0.5f },
            new() { Patience = 3 },
        };
        string[] names =
        [
            nameof(ScheduleSettings.Period),
            nameof(ScheduleSettings.Milestones),
            nameof(ScheduleSettings.Factor),
            nameof(ScheduleSettings.Patience),
        ];
        string[] owners = ["step", "step", "plateau, step, exponential", "plateau"];
        var entry = ScheduleCatalog.Get(name);
        for (int i = 0; i < all.Length; i++)
        {
            if (entry.Settings.Contains(names[i]))
                all[i].Validate(entry);
            else
                Assert.Equal(
                    $"the {name} schedule takes no lr-{names[i].ToLowerInvariant()}; {owners[i]} can.",
                    Assert.Throws<ArgumentException>(() => all[i].Validate(entry)).Message
                );
        }
    }

    [Fact]
    public void Cosine_ends_at_its_minimum_and_stays_there()
    {
        var schedule = new CosineSchedule(1, epochs: 4, new CosineScheduleOptions { MinimumRate = 0.25f });
        for (int epoch = 0; epoch < 4; epoch++)
            schedule.EpochEnded(0);
        Assert.Equal(0.25f, schedule.Rate);
        schedule.EpochEnded(0);
        Assert.Equal(0.25f, schedule.Rate);
    }

    [Fact]
    public void Cooldown_lets_bad_epochs_pass()
    {
        var schedule = new PlateauSchedule(
            1,
            new PlateauScheduleOptions
            {
                Patience = 0,
                Cooldown = 2,
                Factor = 0.5f,
            }
        );
        float[] rates = new float[7];
        for (int epoch = 0; epoch < 7; epoch++)
        {
            schedule.EpochEnded(1);
            rates[epoch] = schedule.Rate;
        }
        Assert.Equal([1, 0.5f, 0.5f, 0.5f, 0.25f, 0.25f, 0.25f], rates);
    }

    [Fact]
    public void Plateau_stops_at_its_minimum()
    {
        var schedule = new PlateauSchedule(1, new PlateauScheduleOptions { Patience = 0, MinimumRate = 0.05f });
        for (int epoch = 0; epoch < 9; epoch++)
            schedule.EpochEnded(1);
        Assert.Equal(0.05f, schedule.Rate);
    }

    [Fact]
    public void NaN_is_a_bad_epoch()
    {
        var schedule = new PlateauSchedule(1, new PlateauScheduleOptions { Patience = 1 });
        schedule.EpochEnded(float.NaN);
        Assert.Null(schedule.State.Best);
        schedule.EpochEnded(float.NaN);
        Assert.Equal(0.1f, schedule.Rate);
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        Assert.StartsWith(
            "Every is 0",
            Assert.Throws<ArgumentException>(() => new StepSchedule(1, new StepScheduleOptions { Every = 0 })).Message
        );
        Assert.StartsWith(
            "Milestones are 6, 6;",
            Assert
                .Throws<ArgumentException>(() => new StepSchedule(1, new StepScheduleOptions { Milestones = [6, 6] }))
                .Message
        );
        Assert.StartsWith(
            "Gamma is 1.5",
            Assert
                .Throws<ArgumentException>(() =>
                    new ExponentialSchedule(1, new ExponentialScheduleOptions { Gamma = 1.5f })
                )
                .Message
        );
        Assert.StartsWith(
            "Patience is -1",
            Assert
                .Throws<ArgumentException>(() => new PlateauSchedule(1, new PlateauScheduleOptions { Patience = -1 }))
                .Message
        );
        Assert.StartsWith(
            "epochs is 0",
            Assert.Throws<ArgumentException>(() => new CosineSchedule(1, epochs: 0)).Message
        );
        Assert.StartsWith(
            "the minimum rate 2 is above the initial rate 1.",
            Assert
                .Throws<ArgumentException>(() =>
                    new CosineSchedule(1, 5, new CosineScheduleOptions { MinimumRate = 2 })
                )
                .Message
        );
        Assert.StartsWith(
            "initialRate is NaN",
            Assert.Throws<ArgumentException>(() => new ConstantSchedule(float.NaN)).Message
        );
    }

    [Fact]
    public void The_catalog_has_every_promised_schedule_and_suggests_the_nearest()
    {
        Assert.Equal(
            ["constant", "plateau", "step", "cosine", "exponential"],
            ScheduleCatalog.All.Select(entry => entry.Name)
        );
        var e = Assert.Throws<ArgumentException>(() => ScheduleCatalog.Get("cosin"));
        Assert.Equal(
            "there is no schedule 'cosin'; there are constant, plateau, step, cosine, exponential. Did you mean "
                + "cosine?",
            e.Message
        );
    }

    private static LearningRateSchedule Step(ScheduleSettings settings) =>
        ScheduleCatalog.Get("step").Create(1e-3f, 40, settings);

    /// <summary>Epochs count from 0; none is better than the first.</summary>
    private static void AssertRates(LearningRateSchedule schedule, int epochs, Func<int, float> expected)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            Assert.Equal(expected(epoch), schedule.Rate, 1e-6f * expected(epoch));
            schedule.EpochEnded(1);
        }
    }

    private static void AssertEpochs(string reference, LearningRateSchedule schedule)
    {
        using var golden = Golden.Open("optim");
        foreach (float expected in golden.ReadFloats(reference).Values)
        {
            Assert.Equal(expected, schedule.Rate, 1e-6f * expected);
            schedule.EpochEnded(0);
        }
    }
}
