using Elbo.Engine;
using Elbo.Neighbours;
using Elbo.Selection;

namespace Elbo.Tests.Selection;

public class MutualInformationTests
{
    [Fact]
    [Trait("Category", "Reference")]
    public void It_is_that_of_the_reference()
    {
        using var golden = Golden.Open("clustering");
        float[] a = InBins(golden.ReadLabels("mi/a")),
            b = InBins(golden.ReadLabels("mi/b"));
        Golden.AssertNear(golden.ReadFloats("mi/value").Values, [(float)MutualInformation.Of(a, b)]);
    }

    [Fact]
    public void A_case_by_hand()
    {
        // Pairs of bins: (0, 0) twice, (0, 1) once, (1, 1) once.
        double expected =
            (0.5 * Math.Log(0.5 / (0.75 * 0.5)))
            + (0.25 * Math.Log(0.25 / (0.75 * 0.5)))
            + (0.25 * Math.Log(0.25 / (0.25 * 0.5)));
        Assert.Equal(expected, MutualInformation.Of([0, 0.1f, 0.2f, 1], [0.3f, 0.49f, 0.5f, 0.9f], bins: 2), 12);
    }

    [Fact]
    public void An_image_tells_all_of_itself_and_a_blank_one_nothing()
    {
        float[] image = [0, 0.25f, 0.5f, 0.75f],
            blank = [0.4f, 0.4f, 0.4f, 0.4f];
        Assert.Equal(Math.Log(4), MutualInformation.Of(image, image), 12);
        Assert.Equal(Math.Log(4), MutualInformation.Of(image, [.. image.Select(v => 1 - v)]), 12);
        Assert.Equal(0, MutualInformation.Of(image, blank), 12);
    }

    [Fact]
    public void Normalised_it_is_the_share_of_the_smaller_entropy()
    {
        float[] a = [0, 0.1f, 0.2f, 1],
            b = [0.3f, 0.49f, 0.5f, 0.9f];
        double entropyA = -(0.75 * Math.Log(0.75)) - (0.25 * Math.Log(0.25));
        Assert.True(entropyA < Math.Log(2), "the entropy of a is smaller than that of b");
        double expected = MutualInformation.Of(a, b, bins: 2) / entropyA;
        Assert.Equal(expected, MutualInformation.Normalized(a, b, bins: 2), 12);
        Assert.Equal(expected, MutualInformation.Normalized(b, a, bins: 2), 12);
        Assert.Equal(1, MutualInformation.Normalized(a, a), 12);
        // An image of one intensity has nothing of its own.
        Assert.Equal(1, MutualInformation.Normalized(a, [0.4f, 0.4f, 0.4f, 0.4f]));
        Assert.Equal(1, MutualInformation.Normalized([0, 0], [1, 1]));
    }

    [Fact]
    public void Little_ink_is_no_advantage()
    {
        // Of 100 pixels: half of them; two of the same; half of them too, of which 30 are the same.
        float[] chosen = Ink(0, 50),
            nearlyBlank = Ink(10, 2),
            other = Ink(20, 50);
        Assert.True(
            MutualInformation.Of(nearlyBlank, chosen) < MutualInformation.Of(other, chosen),
            "the entropy of a nearly blank image bounds its mutual information"
        );
        Assert.True(
            MutualInformation.Normalized(nearlyBlank, chosen) > MutualInformation.Normalized(other, chosen),
            "all its ink is in the other image too"
        );
        var pool = Pool(chosen, nearlyBlank, other, new float[100]);
        Assert.Equal(
            [(2, MutualInformation.Normalized(other, chosen))],
            new DecodedImages(pool, 32, default).LeastRedundant([1, 2, 3], [0], 1)
        );
    }

    [Fact]
    public void An_image_added_counts_as_chosen_for_the_next()
    {
        // Two equal images differ most from the chosen one; after the first of them comes another image.
        var pool = Pool(Ink(0, 50), Ink(25, 50), Ink(25, 50), Ink(10, 50));
        Assert.Equal(
            [1, 3, 2],
            new DecodedImages(pool, 32, default).LeastRedundant([1, 2, 3], [0], 3).Select(pair => pair.Image)
        );
    }

    [Fact]
    public void The_worst_case_of_an_image_is_the_least_it_shares_with_any_position()
    {
        var pool = SmallPool.Clustered(1_200, 2, 4);
        List<int> images = [.. Enumerable.Range(50, 1_100)];
        float[] positions = pool.Rows([0, 10, 20]);
        double[] worst = new DecodedImages(pool, 32, default).WorstCase(images, positions);
        Assert.Equal(1_100, worst.Length);
        foreach (int i in (int[])[0, 500, 1_099])
            Assert.Equal(
                ((int[])[0, 10, 20]).Min(anchor =>
                    MutualInformation.Normalized(pool.Decode!(pool.Code(images[i])), pool.Decode!(pool.Code(anchor)))
                ),
                worst[i],
                12
            );
    }

    [Fact]
    public void What_is_outside_the_range_goes_to_the_outermost_bins() =>
        Assert.Equal(
            MutualInformation.Of([0, 0, 1, 1], [0, 1, 1, 0.5f]),
            MutualInformation.Of([-3, 0, 1, 7], [float.MinValue, 1, 2, 0.5f])
        );

    [Fact]
    public void All_pairs_are_what_each_pair_is_alone_on_any_number_of_threads()
    {
        var rng = new Rng(1);
        float[] a = [.. Enumerable.Range(0, 40 * 100).Select(_ => rng.NextSingle())],
            b = [.. a.Take(7 * 100).Select(v => (v * 0.5f) + (0.5f * rng.NextSingle()))];
        BinnedImages left = BinnedImages.Of(a, 100, 8),
            right = BinnedImages.Of(b, 100, 8);
        foreach (bool normalized in (bool[])[false, true])
        {
            double[] pairs = MutualInformation.Between(left, right, normalized, new Partition(1), default);
            Assert.Equal(pairs, MutualInformation.Between(left, right, normalized, new Partition(3), default));
            for (int i = 0; i < 40; i++)
            for (int j = 0; j < 7; j++)
            {
                float[] one = a[(100 * i)..(100 * (i + 1))],
                    other = b[(100 * j)..(100 * (j + 1))];
                Assert.Equal(
                    normalized ? MutualInformation.Normalized(one, other, 8) : MutualInformation.Of(one, other, 8),
                    pairs[(7 * i) + j]
                );
            }
        }
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Assert.StartsWith(
            "got images of 2 and 3 pixels;",
            Assert.Throws<ArgumentException>(() => MutualInformation.Of([0, 1], [0, 1, 1])).Message
        );
        Assert.StartsWith(
            "257 bins were asked for; it must be from 2 to 256.",
            Assert.Throws<ArgumentException>(() => MutualInformation.Of([0, 1], [0, 1], 257)).Message
        );
    }

    /// <summary>Intensities in the middle of the bins of these numbers.</summary>
    private static float[] InBins(int[] labels) =>
        [.. labels.Select(label => (label + 0.5f) / MutualInformation.DefaultBins)];

    /// <summary>100 pixels, of which consecutive ones are bright.</summary>
    private static float[] Ink(int first, int count)
    {
        float[] image = new float[100];
        image.AsSpan(first, count).Fill(1);
        return image;
    }

    /// <summary>A pool whose codes are the indices of given images.</summary>
    private static SelectionPool Pool(params float[][] images) =>
        new(new ReadOnlyMemory<float>([.. Enumerable.Range(0, images.Length).Select(i => (float)i)]), 1)
        {
            Decode = codes => [.. codes.ToArray().SelectMany(code => images[(int)code])],
        };
}
