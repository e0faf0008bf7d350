using Elbo.Data;

namespace Elbo.Tests.Data;

/// <summary>Takes the label of the training image at the smallest Euclidean distance.</summary>
internal static class NearestNeighbour
{
    public static double Accuracy(ImageDataset train, ImageDataset test)
    {
        float[][] known = [.. Enumerable.Range(0, train.Count).Select(i => Floats(train.Image(i)))];
        float[] halfSquares = [.. known.Select(x => FloatSpans.Dot(x, x) / 2)];
        int right = 0;
        for (int i = 0; i < test.Count; i++)
        {
            float[] x = Floats(test.Image(i));
            // |x − k|² is least where |k|²/2 − x·k is.
            int nearest = Enumerable.Range(0, known.Length).MinBy(j => halfSquares[j] - FloatSpans.Dot(x, known[j]));
            if (train.Labels!.Value.Span[nearest] == test.Labels!.Value.Span[i])
                right++;
        }
        return right / (double)test.Count;
    }

    private static float[] Floats(ReadOnlySpan<byte> image)
    {
        float[] x = new float[image.Length];
        for (int i = 0; i < x.Length; i++)
            x[i] = image[i] / 255f;
        return x;
    }
}
