using Elbo.Models;
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

    [Theory]
    [InlineData(
        1,
        300,
        "batch-size is 1; it leaves a mini-batch of 1 of 300 training images, and the batch "
            + "normalisation of the network needs 2 or more. Give --batch-size 2."
    )]
    [InlineData(
        128,
        129,
        "batch-size is 128; it leaves a mini-batch of 1 of 129 training images, and the batch "
            + "normalisation of the network needs 2 or more. Give --batch-size 127."
    )]
    [InlineData(
        128,
        1,
        "batch-size is 128; it leaves a mini-batch of 1 of 1 training images, and the batch "
            + "normalisation of the network needs 2 or more. Give more images, or a network without batch normalisation, "
            + "such as --model vae."
    )]
    public void A_mini_batch_of_one_is_refused_with_batch_normalisation(int batchSize, int images, string complaint)
    {
        var options = new FitOptions { BatchSize = batchSize };
        Assert.Equal(
            complaint,
            Assert.Throws<ArgumentException>(() => options.RequireFor(new CnnVaeOptions(), images)).Message
        );
        options.RequireFor(new VaeOptions(), images);
    }

    [Fact]
    public void Mini_batches_of_two_or_more_suit_batch_normalisation()
    {
        new FitOptions { BatchSize = 128 }.RequireFor(new CnnVaeOptions(), 130);
        new FitOptions { BatchSize = 128 }.RequireFor(new CnnVaeOptions(), 2);
        new FitOptions { BatchSize = 2 }.RequireFor(new CnnVaeOptions(), 256);
    }

    private static void AssertRefused(FitOptions options, string complaint) =>
        Assert.StartsWith(complaint, Assert.Throws<ArgumentException>(options.Validate).Message);
}
