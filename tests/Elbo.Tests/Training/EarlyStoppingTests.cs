using System.Text.Json;
using Elbo.Training;

namespace Elbo.Tests.Training;

public class EarlyStoppingTests
{
    [Fact]
    public void Training_stops_after_the_patience_has_run_out()
    {
        var stopping = new EarlyStopping(new EarlyStoppingOptions { Patience = 3 });
        Assert.True(stopping.EpochEnded(100));
        Assert.False(stopping.EpochEnded(101));
        Assert.False(stopping.EpochEnded(100));
        Assert.False(stopping.ShouldStop);
        Assert.False(stopping.EpochEnded(100));
        Assert.True(stopping.ShouldStop);
    }

    [Fact]
    public void Less_than_the_minimum_is_no_improvement_but_many_small_ones_add_up()
    {
        var stopping = new EarlyStopping();
        Assert.True(stopping.EpochEnded(100));
        Assert.False(stopping.EpochEnded(99.95f));
        Assert.True(stopping.EpochEnded(99.85f));
        Assert.Equal(new EarlyStoppingState { Best = 99.85f }, stopping.State);
    }

    [Fact]
    public void NaN_from_the_start_stops_training()
    {
        var stopping = new EarlyStopping(new EarlyStoppingOptions { Patience = 2 });
        stopping.EpochEnded(float.NaN);
        stopping.EpochEnded(float.NaN);
        Assert.True(stopping.ShouldStop);
    }

    [Fact]
    public void A_restored_state_goes_on_counting()
    {
        var stopping = new EarlyStopping(new EarlyStoppingOptions { Patience = 2 });
        stopping.EpochEnded(0.1f);
        stopping.EpochEnded(5);
        var restored = new EarlyStopping(new EarlyStoppingOptions { Patience = 2 })
        {
            State = JsonSerializer.Deserialize<EarlyStoppingState>(JsonSerializer.Serialize(stopping.State))!,
        };
        Assert.Equal(stopping.State, restored.State);
        restored.EpochEnded(5);
        Assert.True(restored.ShouldStop);
    }

    [Fact]
    public void The_defaults_are_fifteen_epochs_and_a_tenth_of_a_nat() =>
        Assert.Equal(new EarlyStoppingOptions { Patience = 15, MinimumDelta = 0.1f }, new EarlyStoppingOptions());

    [Fact]
    public void Options_out_of_range_are_named()
    {
        Assert.StartsWith(
            "Patience is 0",
            Assert.Throws<ArgumentException>(() => new EarlyStopping(new EarlyStoppingOptions { Patience = 0 })).Message
        );
        Assert.StartsWith(
            "MinimumDelta is -1",
            Assert
                .Throws<ArgumentException>(() => new EarlyStopping(new EarlyStoppingOptions { MinimumDelta = -1 }))
                .Message
        );
    }
}
