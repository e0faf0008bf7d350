namespace Elbo.Data;

/// <summary>
/// Which pixels along one side of an image make up each pixel of another, and with what weights (which sum to 1).
/// </summary>
/// <param name="First">For each new pixel, the first old one that it takes from.</param>
/// <param name="Weights">For each new pixel, the weights of the old ones from there on.</param>
internal sealed record ResampledAxis(int[] First, float[][] Weights)
{
    /// <summary>
    /// The middle of a side of <paramref name="length"/> pixels, brought to <paramref name="target"/> pixels.
    /// </summary>
    /// <param name="length">Old pixels.</param>
    /// <param name="target">New pixels.</param>
    /// <param name="scale">New pixels to an old one; what of the old ones is too many at both ends is cut off.</param>
    public static ResampledAxis Create(int length, int target, double scale)
    {
        double start = Math.Max(0, (length - (target / scale)) / 2);
        if (scale == 1)
            start = Math.Floor(start); // pixels that need not change are not mixed
        var axis = new ResampledAxis(new int[target], new float[target][]);
        for (int i = 0; i < target; i++)
            (axis.First[i], axis.Weights[i]) =
                scale < 1
                    ? Area(length, start + (i / scale), start + ((i + 1) / scale))
                    : Line(length, start + ((i + 0.5) / scale) - 0.5);
        return axis;
    }

    /// <summary>
    /// The mean over the stretch from <paramref name="from"/> to <paramref name="to"/>, pixels at its ends by their
    /// share in it.
    /// </summary>
    private static (int First, float[] Weights) Area(int length, double from, double to)
    {
        int first = Math.Min((int)from, length - 1),
            last = Math.Clamp((int)Math.Ceiling(to) - 1, first, length - 1);
        double[] shares =
        [
            .. Enumerable
                .Range(first, last - first + 1)
                .Select(p => Math.Max(0, Math.Min(p + 1, to) - Math.Max(p, from))),
        ];
        double sum = shares.Sum();
        return (first, [.. shares.Select(share => (float)(share / sum))]);
    }

    /// <summary>
    /// The line between the two pixels around <paramref name="position"/>; beyond the outermost centres, the outermost
    /// pixel.
    /// </summary>
    private static (int First, float[] Weights) Line(int length, double position)
    {
        position = Math.Clamp(position, 0, length - 1);
        int first = (int)position;
        float share = (float)(position - first);
        return share == 0 ? (first, [1]) : (first, [1 - share, share]);
    }
}
