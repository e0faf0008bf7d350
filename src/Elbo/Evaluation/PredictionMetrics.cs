namespace Elbo.Evaluation;

/// <summary>Agreement between predicted and true classes.</summary>
public static class ClassificationMetrics
{
    /// <summary>The fraction in [0, 1] of points whose predicted class is the true one.</summary>
    /// <param name="predicted">The predicted class of each point.</param>
    /// <param name="classes">The true class of each point.</param>
    /// <exception cref="ArgumentException">There are no points, or the numbers of classes differ.</exception>
    public static double Accuracy(ReadOnlySpan<int> predicted, ReadOnlySpan<int> classes)
    {
        if (predicted.Length != classes.Length || predicted.IsEmpty)
            throw new ArgumentException(
                $"got {predicted.Length} predicted and {classes.Length} true classes; each of at least one point needs "
                    + "both.",
                nameof(predicted)
            );
        int right = 0;
        for (int i = 0; i < predicted.Length; i++)
            if (predicted[i] == classes[i])
                right++;
        return (double)right / predicted.Length;
    }
}

/// <summary>How well a score separates positive items from negative ones. Only the order of the scores matters.</summary>
public static class RankingMetrics
{
    /// <summary>
    /// Area under the ROC curve, in [0, 1]: the probability that a positive item has a higher score than a negative one,
    /// where equal scores count one half.
    /// </summary>
    /// <remarks>
    /// The Mann–Whitney statistic with mid-ranks for ties, divided by the number of pairs (Hanley and McNeil 1982). 0.5
    /// is chance. Pairs are counted exactly.
    /// </remarks>
    /// <param name="scores">The score of each item; a higher one speaks for positive. It may be infinite.</param>
    /// <param name="positives">Whether each item is positive.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of scores and items differ, a score is NaN, or there are no positive or no negative items.
    /// </exception>
    public static double AreaUnderRoc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positives)
    {
        // Twice the number of pairs in which the positive item has the higher score; each tie counts 1.
        long twice = 0,
            negativesAbove = 0;
        var groups = Groups(scores, positives);
        var (allPositive, allNegative) = Totals(groups);
        foreach (var (positive, negative) in groups)
        {
            twice += positive * ((2 * (allNegative - negativesAbove - negative)) + negative);
            negativesAbove += negative;
        }
        return twice / (2.0 * allPositive * allNegative);
    }

    /// <summary>
    /// Average precision, in (0, 1]: Σₙ (Rₙ − Rₙ₋₁)·Pₙ over the distinct scores from high to low, where Pₙ and Rₙ are
    /// precision and recall if the items with at least that score are called positive.
    /// </summary>
    /// <remarks>
    /// The definition of scikit-learn's <c>average_precision_score</c>, without interpolation. Chance is the fraction of
    /// positive items.
    /// </remarks>
    /// <inheritdoc cref="AreaUnderRoc"/>
    public static double AveragePrecision(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positives)
    {
        var groups = Groups(scores, positives);
        var (allPositive, _) = Totals(groups);
        long truePositives = 0,
            called = 0;
        double sum = 0;
        foreach (var (positive, negative) in groups)
        {
            truePositives += positive;
            called += positive + negative;
            sum += positive * ((double)truePositives / called);
        }
        return sum / allPositive;
    }

    /// <summary>The numbers of positive and negative items with each distinct score, from high to low.</summary>
    private static List<(long Positive, long Negative)> Groups(
        ReadOnlySpan<double> scores,
        ReadOnlySpan<bool> positives
    )
    {
        if (scores.Length != positives.Length)
            throw new ArgumentException(
                $"got {scores.Length} scores of {positives.Length} items; each item needs one.",
                nameof(scores)
            );
        double[] keys = scores.ToArray();
        bool[] items = positives.ToArray();
        ScoreSample.RequireNumbers(keys);
        Array.Sort(keys, items);
        List<(long Positive, long Negative)> groups = [];
        for (int i = keys.Length - 1; i >= 0; i--)
        {
            if (i == keys.Length - 1 || keys[i] != keys[i + 1])
                groups.Add((0, 0));
            var (positive, negative) = groups[^1];
            groups[^1] = items[i] ? (positive + 1, negative) : (positive, negative + 1);
        }
        return groups;
    }

    private static (long Positive, long Negative) Totals(List<(long Positive, long Negative)> groups)
    {
        var (positive, negative) = (groups.Sum(group => group.Positive), groups.Sum(group => group.Negative));
        if (positive == 0 || negative == 0)
            throw new ArgumentException(
                $"got {positive} positive and {negative} negative items; a ranking needs at least one of both."
            );
        return (positive, negative);
    }
}

/// <summary>A sample of scores, such as those of training images, to compare other scores with.</summary>
public sealed class ScoreSample
{
    private readonly double[] _sorted;

    /// <summary>Copies and sorts the scores.</summary>
    /// <param name="scores">At least one score. It may be infinite.</param>
    /// <exception cref="ArgumentException">There are no scores, or one is NaN.</exception>
    public ScoreSample(ReadOnlySpan<double> scores)
    {
        if (scores.IsEmpty)
            throw new ArgumentException("got no scores; a sample of at least one is needed.", nameof(scores));
        _sorted = scores.ToArray();
        RequireNumbers(_sorted);
        Array.Sort(_sorted);
    }

    /// <summary>Number of scores.</summary>
    public int Count => _sorted.Length;

    /// <summary>
    /// The percentile rank of a value, from 0 to 100: the percentage of the sample below it, where equal scores count
    /// one half.
    /// </summary>
    /// <remarks><c>scipy.stats.percentileofscore</c> with <c>kind="mean"</c>.</remarks>
    /// <exception cref="ArgumentException">The value is NaN.</exception>
    public double Percentile(double value)
    {
        RequireNumbers([value]);
        return 50.0 * (Below(value, orEqual: false) + Below(value, orEqual: true)) / Count;
    }

    /// <summary>
    /// The value below which the fraction <paramref name="q"/> of the sample lies: linear between the scores at ranks
    /// ⌊h⌋ and ⌈h⌉, counted from 0, for h = (N − 1)·q.
    /// </summary>
    /// <remarks>Definition 7 of Hyndman and Fan 1996, the default of NumPy and R.</remarks>
    /// <param name="q">Fraction in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="q"/> is not in [0, 1].</exception>
    public double Quantile(double q)
    {
        if (!(q >= 0 && q <= 1))
            throw new ArgumentOutOfRangeException(nameof(q), $"got the quantile {q}; it must be from 0 to 1.");
        double rank = (Count - 1) * q;
        int below = (int)rank;
        double fraction = rank - below,
            low = _sorted[below];
        // Equal neighbours, also infinite ones, give their own value without rounding.
        if (fraction == 0 || low == _sorted[below + 1])
            return low;
        double high = _sorted[below + 1];
        return double.IsInfinity(low) ? low : low + (fraction * (high - low));
    }

    internal static void RequireNumbers(ReadOnlySpan<double> scores)
    {
        int bad = scores.IndexOf(double.NaN);
        if (bad >= 0)
            throw new ArgumentException($"score {bad} is NaN; scores must be numbers to be compared.", nameof(scores));
    }

    /// <summary>Number of scores below a value, or not above it.</summary>
    private int Below(double value, bool orEqual)
    {
        int low = 0,
            high = _sorted.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_sorted[middle] < value || (orEqual && _sorted[middle] == value))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
