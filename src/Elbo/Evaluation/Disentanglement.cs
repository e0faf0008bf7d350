using Elbo.Neighbours;

namespace Elbo.Evaluation;

/// <summary>How a factor of variation is measured.</summary>
public enum FactorKind
{
    /// <summary>A category, such as a shape; the order of its values means nothing.</summary>
    Discrete,

    /// <summary>A quantity, such as an angle.</summary>
    Continuous,
}

/// <summary>Disentanglement: whether each known factor of variation is encoded by one latent dimension alone.</summary>
/// <remarks>
/// Both metrics rate how well each single dimension predicts a factor. The gap of a factor is the difference between its
/// best and its second-best dimension. A factor that has the same value for all images is left out.
/// </remarks>
public sealed record Disentanglement
{
    /// <summary>Default number of bins of a code, that of disentanglement_lib.</summary>
    public const int DefaultBins = 20;

    private const int MostBins = 1_000_000;

    private Disentanglement(IReadOnlyList<FactorGap> factors) =>
        (Factors, Score) = (factors, factors.Average(factor => factor.Gap));

    /// <summary>The factors with more than one value, in their order.</summary>
    public IReadOnlyList<FactorGap> Factors { get; }

    /// <summary>Mean gap of the factors, in [0, 1].</summary>
    public double Score { get; }

    /// <summary>
    /// Mutual information gap (MIG): a dimension is rated by its mutual information with the factor, divided by the
    /// entropy of the factor.
    /// </summary>
    /// <remarks>
    /// Chen et al. 2018, section 4.1, with the estimate of Locatello et al. 2019 (disentanglement_lib): each dimension is
    /// divided into bins of equal width between its smallest and its largest value.
    /// </remarks>
    /// <param name="codes">Codes (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of latent dimensions, at least 2.</param>
    /// <param name="factors">Values of the factors (N, <paramref name="factorCount"/>), row-major.</param>
    /// <param name="factorCount">Number of factors.</param>
    /// <param name="bins">Number of bins.</param>
    /// <exception cref="ArgumentException">
    /// There are no images, fewer than 2 dimensions, no bins, not the same number of rows in both arrays, a code that is
    /// not finite, or no factor with more than one value.
    /// </exception>
    public static Disentanglement MutualInformationGap(
        ReadOnlySpan<float> codes,
        int dimensions,
        ReadOnlySpan<int> factors,
        int factorCount,
        int bins = DefaultBins
    )
    {
        if (bins is < 1 or > MostBins)
            throw new ArgumentOutOfRangeException(nameof(bins), $"got {bins} bins; it must be from 1 to {MostBins}.");
        var given = new CodesAndFactors(codes, dimensions, factors, factorCount);
        int[][] binned = [.. given.Codes.Select(code => Binned(code, bins))];
        return new(
            given.Gaps(
                (factor, d) =>
                {
                    var table = new ContingencyTable(binned[d], factor);
                    return table.MutualInformation / table.ColumnEntropy;
                },
                threads: 1
            )
        );
    }

    /// <summary>
    /// Separated attribute predictability (SAP): a dimension is rated by how well it predicts the factor alone.
    /// </summary>
    /// <remarks>
    /// Kumar, Sattigeri and Balakrishnan 2018, section 3. For continuous factors the rating is R², the squared
    /// correlation. For discrete ones it is the accuracy of a multinomial logistic regression on the standardised
    /// dimension, on the images that it is fitted to: with two parameters per class it does not overfit. The paper fits
    /// thresholds instead, and disentanglement_lib a linear support vector machine. A dimension without variance has R² 0,
    /// and predicts the most frequent value.
    /// </remarks>
    /// <param name="codes">Codes (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of latent dimensions, at least 2.</param>
    /// <param name="factors">Values of the factors (N, <paramref name="factorCount"/>), row-major.</param>
    /// <param name="factorCount">Number of factors.</param>
    /// <param name="kind">How the factors are measured.</param>
    /// <param name="threads">Number of threads; 0 means one per processor. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">
    /// There are no images, fewer than 2 dimensions, not the same number of rows in both arrays, a code that is not
    /// finite, or no factor with more than one value.
    /// </exception>
    public static Disentanglement SeparatedAttributePredictability(
        ReadOnlySpan<float> codes,
        int dimensions,
        ReadOnlySpan<int> factors,
        int factorCount,
        FactorKind kind = FactorKind.Discrete,
        int threads = 0
    )
    {
        Require.Defined(kind);
        var given = new CodesAndFactors(codes, dimensions, factors, factorCount);
        double[][] standardised = [.. given.Codes.Select(Standardised)];
        return new(
            given.Gaps(
                (factor, d) =>
                    kind == FactorKind.Continuous
                        ? Determination(standardised[d], factor)
                        : Accuracy(standardised[d], factor),
                threads
            )
        );
    }

    /// <summary>
    /// The bin of each value. The lower edge of a bin belongs to it, and the largest value to the last one, as in
    /// <c>numpy.histogram</c>.
    /// </summary>
    private static int[] Binned(double[] values, int bins)
    {
        double least = values.Min(),
            step = (values.Max() - least) / bins;
        double[] lowerEdges = [.. Enumerable.Range(0, bins).Select(bin => least + (bin * step))];
        int[] result = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int found = Array.BinarySearch(lowerEdges, values[i]);
            result[i] = found >= 0 ? found : ~found - 1;
        }
        return result;
    }

    /// <summary>Values with mean 0 and variance 1; all 0 if they have no variance.</summary>
    private static double[] Standardised(double[] values)
    {
        double mean = values.Average();
        double[] centred = [.. values.Select(value => value - mean)];
        double deviation = Math.Sqrt(centred.Sum(value => value * value) / values.Length);
        return values.Max() > values.Min()
            ? [.. centred.Select(value => value / deviation)]
            : new double[values.Length];
    }

    private static double Determination(double[] standardised, int[] factor)
    {
        double[] other = Standardised([.. factor]);
        double correlation = 0;
        for (int i = 0; i < other.Length; i++)
            correlation += standardised[i] * other[i];
        correlation /= other.Length;
        return Math.Min(1, correlation * correlation);
    }

    private static double Accuracy(double[] standardised, int[] factor)
    {
        float[] points = [.. standardised.Select(value => (float)value)];
        int[] classes = ContingencyTable.Ranks(factor, out int count);
        // Smaller gradients change no prediction, and take many steps at the limit of double precision.
        var options = new LogisticRegressionOptions { Tolerance = 1e-5 };
        var fit = LogisticRegression.Fit(points, 1, classes, count, options);
        return ClassificationMetrics.Accuracy(fit.Predict(points), classes);
    }
}

/// <summary>How well single latent dimensions predict one factor.</summary>
/// <param name="Factor">Index of the factor.</param>
/// <param name="Ratings">The rating of each dimension, in [0, 1].</param>
public sealed record FactorGap(int Factor, IReadOnlyList<double> Ratings)
{
    /// <summary>The dimension with the highest rating, the lowest of several.</summary>
    public int Dimension { get; } = Best(Ratings, except: -1);

    /// <summary>Difference between the highest and the second-highest rating, in [0, 1].</summary>
    public double Gap
    {
        get
        {
            int best = Dimension;
            return Ratings[best] - Ratings[Best(Ratings, except: best)];
        }
    }

    private static int Best(IReadOnlyList<double> ratings, int except)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        if (ratings.Count < 2)
            throw new ArgumentException(
                $"got {ratings.Count} ratings; the gap between two dimensions needs at least 2.",
                nameof(ratings)
            );
        int best = except == 0 ? 1 : 0;
        for (int d = 0; d < ratings.Count; d++)
            if (d != except && ratings[d] > ratings[best])
                best = d;
        return best;
    }
}

/// <summary>Codes and factors, by column.</summary>
internal sealed class CodesAndFactors
{
    private readonly int[][] _factors;

    public CodesAndFactors(ReadOnlySpan<float> codes, int dimensions, ReadOnlySpan<int> factors, int factorCount)
    {
        PointTable.Check(codes, dimensions, 1, "a disentanglement metric");
        int count = codes.Length / dimensions;
        if (dimensions < 2)
            throw new ArgumentException(
                $"got codes of {dimensions} dimension; a gap between two dimensions needs at least 2.",
                nameof(dimensions)
            );
        if (factorCount < 1 || factors.Length != (long)count * factorCount)
            throw new ArgumentException(
                $"got {factors.Length} values of {factorCount} factors with {count} codes; each code needs one value "
                    + "of each factor.",
                nameof(factors)
            );
        Codes = new double[dimensions][];
        for (int d = 0; d < dimensions; d++)
        {
            Codes[d] = new double[count];
            for (int i = 0; i < count; i++)
                Codes[d][i] = codes[(i * dimensions) + d];
        }
        _factors = new int[factorCount][];
        for (int f = 0; f < factorCount; f++)
        {
            _factors[f] = new int[count];
            for (int i = 0; i < count; i++)
                _factors[f][i] = factors[(i * factorCount) + f];
        }
    }

    /// <summary>The codes, one array per dimension.</summary>
    public double[][] Codes { get; }

    /// <summary>Rates every dimension for every factor that has more than one value.</summary>
    public IReadOnlyList<FactorGap> Gaps(Func<int[], int, double> rate, int threads)
    {
        int[] varying = [.. Enumerable.Range(0, _factors.Length).Where(f => _factors[f].Min() < _factors[f].Max())];
        if (varying.Length == 0)
            throw new ArgumentException(
                $"each of {_factors.Length} factors has the same value for all codes; at least one must vary."
            );
        double[][] ratings = [.. varying.Select(_ => new double[Codes.Length])];
        new Partition(threads).Run(
            varying.Length * Codes.Length,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                    ratings[i / Codes.Length][i % Codes.Length] = rate(
                        _factors[varying[i / Codes.Length]],
                        i % Codes.Length
                    );
            },
            pieceSize: 1
        );
        return [.. varying.Select((f, i) => new FactorGap(f, ratings[i]))];
    }
}
