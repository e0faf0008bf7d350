using CsCheck;
using Elbo.Engine;
using Elbo.Evaluation;

namespace Elbo.Tests.Evaluation;

public class DisentanglementTests
{
    /// <summary>Codes in three dimensions and two factors, at least one of which varies.</summary>
    private static readonly Gen<(float[] Codes, int[] Factors)> Cases = Gen.Int[2, 40]
        .SelectMany(count =>
            Gen.Select(
                Gen.Int[-20, 20].Select(value => value / 8f).Array[3 * count],
                Gen.Int[0, 3].Array[2 * count - 2],
                (codes, factors) => (codes, (int[])[9, 0, .. factors])
            )
        );

    [Fact]
    [Trait("Category", "Reference")]
    public void Every_rating_is_that_of_scikit_learn()
    {
        using var golden = Golden.Open("evaluation");
        float[] codes = golden.ReadFloats("disentanglement/codes").Values.ToArray();
        int[] factors = golden.ReadLabels("disentanglement/factors");
        AssertNear("information", "mig", Disentanglement.MutualInformationGap(codes, 4, factors, 3));
        AssertNear(
            "determination",
            "sap_continuous",
            Disentanglement.SeparatedAttributePredictability(codes, 4, factors, 3, FactorKind.Continuous)
        );
        AssertNear(
            "accuracies",
            "sap_discrete",
            Disentanglement.SeparatedAttributePredictability(codes, 4, factors, 3)
        );

        void AssertNear(string ratings, string score, Disentanglement actual)
        {
            Golden.AssertRounded(
                golden.ReadFloats($"disentanglement/{ratings}").Values,
                [.. actual.Factors.SelectMany(factor => factor.Ratings)]
            );
            Golden.AssertRounded(golden.ReadFloats($"disentanglement/{score}").Values, [actual.Score]);
        }
    }

    [Fact]
    public void One_dimension_per_factor_is_perfect_and_two_that_say_the_same_are_not()
    {
        var rng = new Rng(5);
        int[] factors = [.. Enumerable.Range(0, 2 * 500).Select(_ => rng.Next(4))];
        float[] apart = [.. factors.Select(factor => -3f * factor)],
            twice =

            [
                .. factors
                    .Chunk(2)
                    .SelectMany(pair => new float[] { pair[0], pair[0] + (2 * pair[1]), pair[1], 10 * pair[1] }),
            ];
        var perfect = Disentanglement.MutualInformationGap(apart, 2, factors, 2);
        // Independent factors share a little information by chance.
        Assert.InRange(perfect.Score, 0.95, 1);
        Assert.Equal([0, 1], perfect.Factors.Select(factor => factor.Dimension));
        Assert.InRange(
            Disentanglement.SeparatedAttributePredictability(apart, 2, factors, 2, FactorKind.Continuous).Score,
            0.95,
            1
        );
        var shared = Disentanglement.MutualInformationGap(twice, 4, factors, 2);
        Assert.Equal(0, shared.Factors[1].Gap, 12);
        Assert.Equal(2, shared.Factors[1].Dimension);
        Assert.True(shared.Factors[0].Gap > 0.2);
    }

    [Fact]
    public void Scale_and_shift_of_codes_names_of_values_and_order_of_dimensions_do_not_matter() =>
        Cases.Sample(
            given =>
            {
                // Powers of two and whole numbers: no rounding.
                float[] moved = [.. given.Codes.Select(code => (4 * code) + 32)],
                    turned = [.. given.Codes.Chunk(3).SelectMany(code => code.Reverse())];
                int[] renamed = [.. given.Factors.Select(value => 7 - (3 * value))];
                var gap = Disentanglement.MutualInformationGap(given.Codes, 3, given.Factors, 2);
                Assert.InRange(gap.Score, 0, 1 + 1e-12);
                foreach (float[] codes in (float[][])[moved, turned])
                    Assert.Equal(gap.Score, Disentanglement.MutualInformationGap(codes, 3, renamed, 2).Score, 1e-12);
                var determination = Linear(given.Codes, given.Factors);
                Assert.InRange(determination.Score, 0, 1);
                foreach (float[] codes in (float[][])[moved, turned])
                    Assert.Equal(determination.Score, Linear(codes, renamed).Score, 1e-9);

                static Disentanglement Linear(float[] codes, int[] factors) =>
                    Disentanglement.SeparatedAttributePredictability(codes, 3, factors, 2, FactorKind.Continuous);
            },
            iter: 200
        );

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        var rng = new Rng(6);
        float[] codes = [.. Enumerable.Range(0, 300 * 3).Select(_ => rng.NextNormal())];
        int[] factors = [.. Enumerable.Range(0, 300).Select(i => codes[3 * i] > 0 ? 2 : rng.Next(2) - 5)];
        Assert.Equal(Ratings(1), Ratings(3));

        IEnumerable<double> Ratings(int threads) =>
            Disentanglement
                .SeparatedAttributePredictability(codes, 3, factors, 1, threads: threads)
                .Factors.SelectMany(factor => factor.Ratings);
    }

    [Fact]
    public void Constant_factors_are_left_out_and_constant_dimensions_say_nothing()
    {
        // Dimension 1 and factor 0 are constant.
        float[] codes = [0, 3, 1, 3, 2, 3, 3, 3];
        int[] factors = [4, 0, 4, 0, 4, 1, 4, 1];
        var gap = Disentanglement.MutualInformationGap(codes, 2, factors, 2);
        Assert.Equal(1, Assert.Single(gap.Factors).Factor);
        Assert.Equal([1, 0], gap.Factors[0].Ratings);
        Assert.Equal([1, 0.5], Ratings(FactorKind.Discrete));
        Assert.Equal([0.8, 0], Ratings(FactorKind.Continuous).Select(rating => Math.Round(rating, 12)));

        IReadOnlyList<double> Ratings(FactorKind kind) =>
            Disentanglement.SeparatedAttributePredictability(codes, 2, factors, 2, kind).Factors[0].Ratings;
    }

    [Fact]
    public void What_has_no_gap_is_refused()
    {
        Assert.StartsWith(
            "got codes of 1 dimension; a gap between two dimensions needs at least 2.",
            Assert.Throws<ArgumentException>(() => Disentanglement.MutualInformationGap([1, 2], 1, [0, 1], 1)).Message
        );
        Assert.StartsWith(
            "got 3 values of 1 factors with 2 codes;",
            Assert
                .Throws<ArgumentException>(() => Disentanglement.MutualInformationGap([1, 2, 3, 4], 2, [0, 1, 2], 1))
                .Message
        );
        Assert.StartsWith(
            "each of 1 factors has the same value for all codes;",
            Assert
                .Throws<ArgumentException>(() => Disentanglement.MutualInformationGap([1, 2, 3, 4], 2, [5, 5], 1))
                .Message
        );
    }
}
