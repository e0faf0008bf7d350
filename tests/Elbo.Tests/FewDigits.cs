using Elbo.Data;
using Elbo.Data.Digits;

namespace Elbo.Tests;

/// <summary>A few drawn digits, made once.</summary>
internal static class FewDigits
{
    private static readonly DatasetSplits Splits = new DigitsSource(3, trainCount: 260, testCount: 60).Generate(
        threads: 1
    );

    public static ImageDataset Train => Splits.Train;

    public static ImageDataset Test => Splits.Test;

    public static int[] First(int count) => [.. Enumerable.Range(0, count)];
}
