using Elbo.Data;
using Elbo.Data.Digits;

namespace Elbo.Tests.Data.Digits;

public class DigitsSourceTests
{
    private static readonly DataLocation Nowhere = new([], "", Offline: true);

    [Fact]
    public void The_default_set_has_the_promised_size_and_needs_no_file()
    {
        var source = new DigitsSource();
        var (train, test) = source.Load(Nowhere);
        Assert.Equal((source.TrainCount, source.TestCount), (train.Count, test.Count));
        Assert.Equal(source.Shape, train.Shape);
        Assert.False(source.NeedsFiles);
        Assert.Null(source.Find(Nowhere));
    }

    [Fact]
    public void Classes_are_balanced_and_shuffled()
    {
        byte[] labels = new DigitsSource(3, trainCount: 1000, testCount: 10).Generate().Train.Labels!.Value.ToArray();
        Assert.Equal(
            Enumerable.Repeat(100, 10),
            labels.CountBy(label => label).OrderBy(pair => pair.Key).Select(pair => pair.Value)
        );
        Assert.NotEqual(labels.Order(), labels);
        // Of 999 neighbours a tenth agree by chance, with a standard deviation of 9.5.
        Assert.InRange(labels.Zip(labels.Skip(1)).Count(pair => pair.First == pair.Second), 50, 150);
    }

    [Fact]
    public void The_seed_decides_every_byte_on_any_number_of_threads()
    {
        var source = new DigitsSource(5, trainCount: 300, testCount: 50);
        var one = source.Generate(threads: 1);
        var many = source.Generate(threads: 4);
        Assert.Equal(one.Train.Pixels.ToArray(), many.Train.Pixels.ToArray());
        Assert.Equal(one.Test.Pixels.ToArray(), many.Test.Pixels.ToArray());
        Assert.NotEqual(one.Train.Pixels.ToArray(), new DigitsSource(6, 300, 50).Generate().Train.Pixels.ToArray());
    }

    [Fact]
    public void No_image_comes_twice()
    {
        var (train, test) = new DigitsSource(7, trainCount: 2000, testCount: 500).Generate();
        var seen = new HashSet<string>();
        for (int i = 0; i < train.Count; i++)
            Assert.True(seen.Add(Convert.ToBase64String(train.Image(i))));
        for (int i = 0; i < test.Count; i++)
            Assert.True(seen.Add(Convert.ToBase64String(test.Image(i))));
    }

    [Fact]
    public void Intensities_are_spread_like_those_of_mnist()
    {
        byte[] pixels = new DigitsSource(1, trainCount: 1000, testCount: 10).Generate().Train.Pixels.ToArray();
        // MNIST has a mean of 33.3, 19.1 % of the pixels inked, and 7.4 % at 250 or more.
        Assert.InRange(pixels.Average(pixel => (double)pixel), 28, 42);
        Assert.InRange(pixels.Count(pixel => pixel > 0) / (double)pixels.Length, 0.15, 0.25);
        Assert.InRange(pixels.Count(pixel => pixel >= 250) / (double)pixels.Length, 0.05, 0.12);
    }

    [Fact]
    public void Every_image_shows_a_whole_digit_inside_its_frame()
    {
        var train = new DigitsSource(2, trainCount: 2000, testCount: 10).Generate().Train;
        for (int i = 0; i < train.Count; i++)
        {
            byte[] image = train.Image(i).ToArray();
            Assert.InRange(image.Count(pixel => pixel > 127), 15, 350);
            Assert.All(
                Enumerable.Range(0, 28),
                k => Assert.Equal(0, image[k] | image[27 * 28 + k] | image[28 * k] | image[28 * k + 27])
            );
        }
    }

    [Fact]
    public void A_linear_classifier_does_not_solve_it_while_the_nearest_neighbour_does_better()
    {
        // With all 12,000 images and 60 epochs it is 91 % against 97 %.
        var (train, test) = new DigitsSource(0, trainCount: 6000, testCount: 500).Generate();
        double linear = SoftmaxRegression.Fit(train, epochs: 8).Accuracy(test);
        double nearest = NearestNeighbour.Accuracy(train, test);
        Assert.InRange(linear, 0.85, 0.95);
        Assert.InRange(nearest, linear + 0.01, 1);
    }
}
