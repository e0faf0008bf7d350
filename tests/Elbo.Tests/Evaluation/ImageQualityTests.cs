using CsCheck;
using Elbo.Engine;
using Elbo.Evaluation;

namespace Elbo.Tests.Evaluation;

public class ImageQualityTests
{
    /// <summary>Images of one random size with up to three channels, and others of the same size.</summary>
    private static readonly Gen<(int Channels, int Height, int Width, float[] X, float[] Y)> Pairs = Gen.Select(
            Gen.Int[1, 3],
            Gen.Int[1, 16],
            Gen.Int[1, 16]
        )
        .SelectMany(
            (channels, height, width) =>
            {
                var image = Gen.Float[0, 1].Array[2 * channels * height * width];
                return Gen.Select(image, image, (x, y) => (channels, height, width, x, y));
            }
        );

    [Theory]
    [Trait("Category", "Reference")]
    [InlineData("images_grey")]
    [InlineData("images_colour")]
    [InlineData("images_small")]
    public void Every_figure_is_that_of_scikit_image(string name)
    {
        using var golden = Golden.Open("evaluation");
        float[] x = golden.ReadFloats($"{name}/x").Values.ToArray(),
            y = golden.ReadFloats($"{name}/y").Values.ToArray();
        int[] shape = golden.ReadFloats($"{name}/x").Shape.ToArray();
        double[] errors = ImageQuality.MeanSquaredError(x, y, shape[1] * shape[2] * shape[3]);
        AssertRounded("mse", errors);
        AssertRounded("psnr", [.. errors.Select(ImageQuality.PeakSignalToNoiseRatio)]);
        AssertRounded("ssim", ImageQuality.StructuralSimilarity(x, y, shape[1], shape[2], shape[3]));

        void AssertRounded(string expected, double[] actual) =>
            Golden.AssertRounded(golden.ReadFloats($"{name}/{expected}").Values, actual);
    }

    [Fact]
    public void Unexplained_variance_is_relative_to_the_variance_of_the_image()
    {
        // The mean of the image is 0.5, its variance 0.125, and the mean squared error 0.03125.
        Assert.Equal([0.25], ImageQuality.UnexplainedVariance([0, 0.5f, 1, 0.5f], [0.25f, 0.5f, 0.75f, 0.5f], 4));
        Assert.Equal([0, 1], ImageQuality.UnexplainedVariance([0, 1, 0, 1], [0, 1, 0.5f, 0.5f], 2));
        // An even image counts as one of the variance of a grey level.
        double[] even = ImageQuality.UnexplainedVariance([1, 1, 0.5f, 0.5f], [1, 1, 0, 0], 2);
        Assert.Equal(0, even[0]);
        Assert.Equal(0.25 * 255 * 255, even[1], 1e-6);
    }

    [Fact]
    public void Unexplained_variance_does_not_depend_on_contrast_and_polarity()
    {
        const int Pixels = 64;
        var rng = new Rng(3);
        float[] x = [.. Enumerable.Range(0, 5 * Pixels).Select(_ => rng.NextSingle())],
            y = [.. Enumerable.Range(0, 5 * Pixels).Select(_ => rng.NextSingle())];
        double[] values = ImageQuality.UnexplainedVariance(x, y, Pixels);
        double[] changed = ImageQuality.UnexplainedVariance(Changed(x), Changed(y), Pixels);
        Assert.All(values.Zip(changed), pair => Assert.Equal(pair.First, pair.Second, 1e-5));

        static float[] Changed(float[] values) => [.. values.Select(value => 1 - (value / 2))];
    }

    [Fact]
    public void An_image_is_exactly_similar_to_itself() =>
        Pairs.Sample(
            pair =>
                Assert.All(
                    ImageQuality.StructuralSimilarity(pair.X, pair.X, pair.Channels, pair.Height, pair.Width),
                    value => Assert.Equal(1, value)
                ),
            iter: 200
        );

    [Fact]
    public void Similarity_is_symmetric_at_most_1_and_independent_of_the_other_images() =>
        Pairs.Sample(
            pair =>
            {
                double[] values = Of(pair.X, pair.Y);
                Assert.Equal(values, Of(pair.Y, pair.X));
                Assert.All(values, value => Assert.InRange(value, -1, 1));
                int half = pair.X.Length / 2;
                Assert.Equal([values[1]], Of(pair.X[half..], pair.Y[half..]));

                double[] Of(float[] x, float[] y) =>
                    ImageQuality.StructuralSimilarity(x, y, pair.Channels, pair.Height, pair.Width);
            },
            iter: 200
        );

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        var rng = new Rng(7);
        float[] x = [.. Enumerable.Range(0, 100 * 3 * 13 * 12).Select(_ => rng.NextSingle())],
            y = [.. x.Select(value => (0.5f * value) + (0.5f * rng.NextSingle()))];
        Assert.Equal(
            ImageQuality.StructuralSimilarity(x, y, 3, 13, 12, threads: 1),
            ImageQuality.StructuralSimilarity(x, y, 3, 13, 12, threads: 3)
        );
    }

    [Fact]
    public void Errors_by_hand()
    {
        double[] errors = ImageQuality.MeanSquaredError([0, 1, 0.5f, 0.5f], [1, 0, 0.5f, 0], 2);
        Assert.Equal([1, 0.125], errors);
        Assert.Equal(0, ImageQuality.PeakSignalToNoiseRatio(1));
        Assert.Equal(20, ImageQuality.PeakSignalToNoiseRatio(0.01), 12);
        Assert.Equal(double.PositiveInfinity, ImageQuality.PeakSignalToNoiseRatio(0));
    }

    [Fact]
    public void Constant_images_differ_only_in_luminance()
    {
        float[] grey = new float[12 * 12],
            dark = new float[12 * 12];
        Array.Fill(grey, 0.5f);
        Array.Fill(dark, 0.25f);
        double expected = ((2 * 0.5 * 0.25) + 1e-4) / ((0.5 * 0.5) + (0.25 * 0.25) + 1e-4);
        Assert.Equal(expected, ImageQuality.StructuralSimilarity(grey, dark, 1, 12, 12)[0], 12);
    }

    [Fact]
    public void Images_of_another_size_are_refused()
    {
        Assert.StartsWith(
            "got images of 4 and 6 values; images of 2 values need the same multiple of that.",
            Assert.Throws<ArgumentException>(() => ImageQuality.MeanSquaredError(new float[4], new float[6], 2)).Message
        );
        Assert.StartsWith(
            "got images of 5 and 5 values; images of 1x2x2 pixels need",
            Assert
                .Throws<ArgumentException>(() => ImageQuality.StructuralSimilarity(new float[5], new float[5], 1, 2, 2))
                .Message
        );
    }
}
