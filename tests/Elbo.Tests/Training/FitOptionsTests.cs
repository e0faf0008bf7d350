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

    [Fact]
    public void A_mini_batch_of_one_is_refused_with_batch_normalisation()
    {
        Assert.Equal(
            "batch-size is 1; the batch normalisation of the network needs 2 or more images in a mini-batch. Give "
                + "--batch-size 2 or more.",
            Refused(new FitOptions { BatchSize = 1 }, images: 300)
        );
        Assert.Equal(
            "there is 1 training image; the batch normalisation of the network needs 2 or more. Give more images, or a "
                + "network without batch normalisation, such as --model vae.",
            Refused(new FitOptions { BatchSize = 128 }, images: 1)
        );
        new FitOptions { BatchSize = 1 }.RequireFor(new VaeOptions(), images: 300);

        static string Refused(FitOptions options, int images) =>
            Assert.Throws<ArgumentException>(() => options.RequireFor(new CnnVaeOptions(), images)).Message;
    }

    [Fact]
    public void Mini_batches_of_two_or_more_suit_batch_normalisation()
    {
        new FitOptions { BatchSize = 128 }.RequireFor(new CnnVaeOptions(), 129);
        new FitOptions { BatchSize = 128 }.RequireFor(new CnnVaeOptions(), 2);
        new FitOptions { BatchSize = 2 }.RequireFor(new CnnVaeOptions(), 256);
    }

    private static void AssertRefused(FitOptions options, string complaint) =>
        Assert.StartsWith(complaint, Assert.Throws<ArgumentException>(options.Validate).Message);
}
