using Elbo.Training;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Training;

public class FitOptionsTests
{
    [Fact]
    public void The_defaults_hold() => new FitOptions().Validate();

    [Fact]
    public void What_is_out_of_range_is_named()
    {
        AssertRefused(new FitOptions { Epochs = 0 }, "epochs is 0;");
        AssertRefused(new FitOptions { BatchSize = 0 }, "batch-size is 0;");
        AssertRefused(new FitOptions { EarlyStopping = -1 }, "early-stopping is -1;");
        AssertRefused(new FitOptions { EarlyStoppingDelta = -1 }, "early-stopping-delta is -1;");
        AssertRefused(new FitOptions { Optimizer = "adan" }, "there is no optimizer 'adan';");
        AssertRefused(
            new FitOptions { ScheduleSettings = new ScheduleSettings { Period = 3 } },
            "the constant schedule takes no lr-period;"
        );
    }

    [Fact]
    public void Noise_has_its_usual_strength_unless_another_is_given()
    {
        Assert.Equal(0, new FitOptions().NoiseFactor);
        Assert.Equal(0.7f, new FitOptions { Noise = NoiseKind.Gaussian }.NoiseFactor);
        Assert.Equal(0.2f, new FitOptions { Noise = NoiseKind.Gaussian, NoiseFactor = 0.2f }.NoiseFactor);
        Assert.Equal(0, new FitOptions { Noise = NoiseKind.Gaussian, NoiseFactor = 0 }.NoiseFactor);
    }

    private static void AssertRefused(FitOptions options, string complaint) =>
        Assert.StartsWith(complaint, Assert.Throws<ArgumentException>(options.Validate).Message);
}
