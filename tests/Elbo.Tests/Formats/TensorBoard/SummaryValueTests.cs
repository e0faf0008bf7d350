using Elbo.Formats.TensorBoard;

namespace Elbo.Tests.Formats.TensorBoard;

public class ValueHistogramTests
{
    [Fact]
    public void Every_value_lies_in_its_bucket_and_is_counted_once()
    {
        var random = new Random(3);
        float[] values =
        [
            .. Enumerable
                .Range(0, 20_000)
                .Select(i => (float)(Math.Exp(random.NextDouble() * 20 - 15) * (random.Next(2) * 2 - 1))),
            1,
            -1,
            2,
            -2,
            0.5f,
            0,
            -0f,
        ];
        var histogram = ValueHistogram.Of(values)!;
        Assert.Equal((values.Min(), values.Max(), values.Length), (histogram.Min, histogram.Max, histogram.Num));
        Assert.Equal(values.Sum(v => (double)v), histogram.Sum, 1e-9 * values.Sum(v => Math.Abs((double)v)));
        Assert.Equal(values.Sum(v => (double)v * v), histogram.SumSquares, 1e-9 * values.Sum(v => (double)v * v));
        Assert.Equal(histogram.BucketLimit.Order(), histogram.BucketLimit);
        Assert.Equal(histogram.BucketLimit.Count, histogram.BucketLimit.Distinct().Count());
        double before = double.NegativeInfinity;
        foreach (var (limit, count) in histogram.BucketLimit.Zip(histogram.Bucket))
        {
            Assert.Equal(values.Count(v => v >= before && v < limit), count);
            before = limit;
        }
        Assert.True(histogram.Bucket[0] > 0 && histogram.Bucket[^1] > 0);
    }

    [Fact]
    public void Buckets_are_narrow_where_a_linear_axis_shows_it_and_few()
    {
        var random = new Random(4);
        float[] values = [.. Enumerable.Range(0, 100_000).Select(_ => (float)(random.NextDouble() - 0.5) * 0.1f)];
        var limits = ValueHistogram.Of(values)!.BucketLimit;
        Assert.InRange(limits.Count, 50, 250);
        Assert.All(
            limits.Zip(limits.Skip(1)),
            pair =>
                Assert.InRange(
                    pair.Second - pair.First,
                    0,
                    Math.Max(0.13 * Math.Max(Math.Abs(pair.First), Math.Abs(pair.Second)), 0.05 / 1000)
                )
        );
    }

    [Fact]
    public void What_is_not_finite_is_left_out()
    {
        var histogram = ValueHistogram.Of([
            float.NaN,
            float.PositiveInfinity,
            float.NegativeInfinity,
            3,
            float.MaxValue,
            float.MinValue,
        ])!;
        Assert.Equal(
            (3.0, (double)float.MinValue, (double)float.MaxValue),
            (histogram.Num, histogram.Min, histogram.Max)
        );
        Assert.All(histogram.BucketLimit, limit => Assert.True(double.IsFinite(limit)));
        Assert.Equal(3, histogram.Bucket.Sum());
        Assert.Null(ValueHistogram.Of([float.NaN]));
        Assert.Null(ValueHistogram.Of([]));
    }

    [Fact]
    public void Equal_values_have_one_bucket()
    {
        Assert.Equal([4], ValueHistogram.Of([0, 0, -0f, 0])!.Bucket);
        Assert.Equal([2], ValueHistogram.Of([-1.5f, -1.5f])!.Bucket);
        var one = ValueHistogram.Of([1])!;
        Assert.Equal(1.125, Assert.Single(one.BucketLimit));
    }
}
