using Elbo.Data;
using Elbo.Engine;

namespace Elbo.Tests.Data;

/// <summary>The linear classifier that a dataset should not be solved by: plain stochastic gradient descent.</summary>
internal sealed class SoftmaxRegression
{
    private readonly float[][] _weights;
    private readonly float[] _logits;

    private SoftmaxRegression(int classes, int pixels)
    {
        _weights = [.. Enumerable.Range(0, classes).Select(_ => new float[pixels + 1])];
        _logits = new float[classes];
    }

    public static SoftmaxRegression Fit(ImageDataset data, int epochs)
    {
        var model = new SoftmaxRegression(data.ClassNames.Count, data.Shape.PixelCount);
        var order = new BatchOrder(data.Count, new Rng(1));
        float[] x = new float[data.Shape.PixelCount + 1];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            float rate = 0.02f * MathF.Pow(0.75f, epoch);
            foreach (int i in order.Epoch(epoch).ToArray())
            {
                FeaturesOf(data, i, x);
                model.Step(x, data.Labels!.Value.Span[i], rate);
            }
        }
        return model;
    }

    public double Accuracy(ImageDataset data)
    {
        float[] x = new float[data.Shape.PixelCount + 1];
        int right = 0;
        for (int i = 0; i < data.Count; i++)
        {
            FeaturesOf(data, i, x);
            Score(x);
            if (Array.IndexOf(_logits, _logits.Max()) == data.Labels!.Value.Span[i])
                right++;
        }
        return right / (double)data.Count;
    }

    private void Step(float[] x, int label, float rate)
    {
        Score(x);
        float largest = _logits.Max();
        for (int k = 0; k < _logits.Length; k++)
            _logits[k] = MathF.Exp(_logits[k] - largest);
        float sum = _logits.Sum();
        for (int k = 0; k < _weights.Length; k++)
        {
            float slope = _logits[k] / sum - (k == label ? 1 : 0);
            FloatSpans.AddScaled(_weights[k], -rate * slope, x);
        }
    }

    private void Score(float[] x)
    {
        for (int k = 0; k < _weights.Length; k++)
            _logits[k] = FloatSpans.Dot(x, _weights[k]);
    }

    private static void FeaturesOf(ImageDataset data, int index, float[] x)
    {
        var image = data.Image(index);
        for (int i = 0; i < image.Length; i++)
            x[i] = image[i] / 255f;
        x[^1] = 1; // the bias
    }
}
