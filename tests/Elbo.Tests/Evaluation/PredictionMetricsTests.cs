using CsCheck;
using Elbo.Engine;
using Elbo.Evaluation;

namespace Elbo.Tests.Evaluation;

public class RankingMetricsTests
{
    /// <summary>Scores with ties, at least one of them positive and one negative.</summary>
    private static readonly Gen<(double[] Scores, bool[] Positives)> Rankings = Gen.Int[0, 60]
        .SelectMany(count =>
            Gen.Select(
                Gen.Int[-8, 8].Select(score => score / 4.0).Array[count + 2],
                Gen.Bool.Array[count],
                (scores, positives) => (scores, (bool[])[true, false, .. positives])
            )
        );

    [Fact]
    [Trait("Category", "Reference")]
    public void Both_figures_are_those_of_scikit_learn()
    {
        using var golden = Golden.Open("evaluation");
        double[] scores = [.. golden.ReadFloats("ranking/scores").Values];
        bool[] positives = [.. golden.ReadLabels("ranking/positives").Select(positive => positive == 1)];
        Golden.AssertRounded(
            golden.ReadFloats("ranking/auroc").Values,
            [RankingMetrics.AreaUnderRoc(scores, positives)]
        );
        Golden.AssertRounded(
            golden.ReadFloats("ranking/average_precision").Values,
            [RankingMetrics.AveragePrecision(scores, positives)]
        );
    }

    [Fact]
    public void The_area_is_the_fraction_of_pairs_in_the_right_order() =>
        Rankings.Sample(ranking =>
        {
            var (scores, positives) = ranking;
            double right = 0,
                pairs = 0;
            for (int i = 0; i < scores.Length; i++)
            for (int j = 0; j < scores.Length; j++)
            {
                if (!positives[i] || positives[j])
                    continue;
                pairs++;
                right +=
                    scores[i] > scores[j] ? 1
                    : scores[i] == scores[j] ? 0.5
                    : 0;
            }
            Assert.Equal(right / pairs, RankingMetrics.AreaUnderRoc(scores, positives));
        });

    [Fact]
    public void Only_the_order_of_scores_and_not_that_of_items_matters() =>
        Rankings.Sample(ranking =>
        {
            var (scores, positives) = ranking;
            double[] mapped = [.. scores.Select(score => Math.Exp(score) - 3)];
            int[] turned = [.. Enumerable.Range(0, scores.Length).Reverse()];
            Compare(mapped, positives);
            Compare([.. turned.Select(i => scores[i])], [.. turned.Select(i => positives[i])]);

            void Compare(double[] otherScores, bool[] otherPositives)
            {
                Assert.Equal(
                    RankingMetrics.AreaUnderRoc(scores, positives),
                    RankingMetrics.AreaUnderRoc(otherScores, otherPositives)
                );
                Assert.Equal(
                    RankingMetrics.AveragePrecision(scores, positives),
                    RankingMetrics.AveragePrecision(otherScores, otherPositives)
                );
            }
        });

    [Fact]
    public void The_areas_of_a_score_and_its_negative_sum_to_1() =>
        Rankings.Sample(ranking =>
            Assert.Equal(
                1,
                RankingMetrics.AreaUnderRoc(ranking.Scores, ranking.Positives)
                    + RankingMetrics.AreaUnderRoc([.. ranking.Scores.Select(score => -score)], ranking.Positives),
                1e-15
            )
        );

    [Fact]
    public void Average_precision_by_hand()
    {
        // From high to low: positive, negative, positive; precisions 1 and 2/3 at recalls 1/2 and 1.
        Assert.Equal((1 + (2 / 3.0)) / 2, RankingMetrics.AveragePrecision([3, 2, 1], [true, false, true]), 15);
        Assert.Equal(1, RankingMetrics.AveragePrecision([double.PositiveInfinity, 0, -1], [true, true, false]));
        // All scores equal: chance.
        Assert.Equal(0.25, RankingMetrics.AveragePrecision([5, 5, 5, 5], [true, false, false, false]));
    }

    [Fact]
    public void Sixty_thousand_scores_are_counted_without_overflow()
    {
        var rng = new Rng(3);
        double[] scores = [.. Enumerable.Range(0, 60_000).Select(i => (double)i)];
        bool[] positives = [.. scores.Select(score => score >= 30_000)];
        Assert.Equal(1, RankingMetrics.AreaUnderRoc(scores, positives));
        positives = [.. scores.Select(_ => rng.Next(2) == 0)];
        // The standard error of chance is 0.0024.
        Assert.InRange(RankingMetrics.AreaUnderRoc(scores, positives), 0.49, 0.51);
    }

    [Fact]
    public void What_cannot_be_ranked_is_refused()
    {
        Assert.StartsWith(
            "got 2 positive and 0 negative items;",
            Assert.Throws<ArgumentException>(() => RankingMetrics.AreaUnderRoc([1, 2], [true, true])).Message
        );
        Assert.StartsWith(
            "got 2 scores of 1 items;",
            Assert.Throws<ArgumentException>(() => RankingMetrics.AveragePrecision([1, 2], [true])).Message
        );
        Assert.StartsWith(
            "score 1 is NaN;",
            Assert.Throws<ArgumentException>(() => RankingMetrics.AreaUnderRoc([1, double.NaN], [true, false])).Message
        );
    }
}

public class ScoreSampleTests
{
    [Fact]
    [Trait("Category", "Reference")]
    public void Percentiles_and_quantiles_are_those_of_SciPy_and_NumPy()
    {
        using var golden = Golden.Open("evaluation");
        var sample = new ScoreSample([.. golden.ReadFloats("ranking/scores").Values]);
        Golden.AssertRounded(
            golden.ReadFloats("ranking/percentiles").Values,
            [.. golden.ReadFloats("ranking/values").Values.ToArray().Select(value => sample.Percentile(value))]
        );
        Golden.AssertRounded(
            golden.ReadFloats("ranking/quantiles").Values,
            [.. golden.ReadFloats("ranking/q").Values.ToArray().Select(q => sample.Quantile(q))]
        );
    }

    [Fact]
    public void A_quantile_rises_from_the_smallest_to_the_largest_score() =>
        Gen.Select(Gen.Double[-100, 100].Array[1, 40], Gen.Double[0, 1], Gen.Double[0, 1])
            .Sample(
                (scores, a, b) =>
                {
                    var sample = new ScoreSample(scores);
                    Assert.Equal(scores.Min(), sample.Quantile(0));
                    Assert.Equal(scores.Max(), sample.Quantile(1));
                    Assert.True(sample.Quantile(Math.Min(a, b)) <= sample.Quantile(Math.Max(a, b)));
                }
            );

    [Fact]
    public void A_percentile_counts_scores_below_and_half_of_the_equal_ones()
    {
        var sample = new ScoreSample([2, 1, 2, 4]);
        Assert.Equal(
            [0, 12.5, 50, 75, 87.5, 100],
            ((double[])[0, 1, 2, 3, 4, double.PositiveInfinity]).Select(sample.Percentile)
        );
        Assert.Equal(2, sample.Quantile(0.5));
        Assert.Equal(3, sample.Quantile(5 / 6.0), 12);
        Assert.Equal(
            double.NegativeInfinity,
            new ScoreSample([double.NegativeInfinity, double.NegativeInfinity, 1]).Quantile(0.3)
        );
    }

    [Fact]
    public void No_scores_NaN_and_quantiles_beyond_1_are_refused()
    {
        Assert.StartsWith("got no scores;", Assert.Throws<ArgumentException>(() => new ScoreSample([])).Message);
        Assert.StartsWith(
            "score 0 is NaN;",
            Assert.Throws<ArgumentException>(() => new ScoreSample([double.NaN])).Message
        );
        Assert.StartsWith(
            "got the quantile 95; it must be from 0 to 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ScoreSample([1]).Quantile(95)).Message
        );
    }
}
