using Elbo.Engine;
using MathNet.Numerics.LinearAlgebra;

namespace Elbo.Clustering;

internal sealed class GaussianMixture
{
    public double[][] Means = [];
    public Matrix<double>[] Covariances = [], Whitening = [];
    public double[] LogScale = [];
    public double LogLikelihood;

    public static GaussianMixture Fit(ReadOnlySpan<float> codes, int d, int k, Rng rng)
    {
        var points = codes.ToArray();
        GaussianMixture? best = null;
        for (int r = 0; r < 5; r++)
        {
            var m = Once(points, d, k, rng.Fork((ulong)r));
            if (best is null || m.LogLikelihood > best.LogLikelihood) best = m;
        }
        return best!;
    }

    private static GaussianMixture Once(float[] a, int d, int k, Rng rng)
    {
        int n = a.Length / d;
        var centers = new double[k][];
        var dist = new double[n];
        Array.Fill(dist, double.MaxValue);
        double D(int i, double[] c) { double s = 0; for (int j = 0; j < d; j++) { double t = a[i * d + j] - c[j]; s += t * t; } return s; }
        double[] P(int i) => [.. Enumerable.Range(0, d).Select(j => (double)a[i * d + j])];
        centers[0] = P(rng.Next(n));
        for (int c = 1; c < k; c++)
        {
            double sum = 0;
            for (int i = 0; i < n; i++) { dist[i] = Math.Min(dist[i], D(i, centers[c - 1])); sum += dist[i]; }
            double u = rng.NextSingle() * sum; int pick = 0;
            while (pick < n - 1 && (u -= dist[pick]) > 0) pick++;
            centers[c] = P(pick);
        }
        var label = new int[n];
        for (int it = 0; it < 30; it++)
        {
            Parallel.For(0, n, i => { double b = double.MaxValue; for (int c = 0; c < k; c++) { double t = D(i, centers[c]); if (t < b) { b = t; label[i] = c; } } });
            var sums = new double[k][]; var counts = new int[k];
            for (int c = 0; c < k; c++) sums[c] = new double[d];
            for (int i = 0; i < n; i++) { counts[label[i]]++; for (int j = 0; j < d; j++) sums[label[i]][j] += a[i * d + j]; }
            for (int c = 0; c < k; c++) if (counts[c] > 0) centers[c] = [.. sums[c].Select(v => v / counts[c])];
        }
        var R = new double[n * k];
        for (int i = 0; i < n; i++) R[i * k + label[i]] = 1;
        var g = new GaussianMixture { Means = new double[k][], Covariances = new Matrix<double>[k], Whitening = new Matrix<double>[k], LogScale = new double[k] };
        var logp = new double[n];
        for (int it = 0; it < 60; it++)
        {
            Parallel.For(0, k, c =>
            {
                double w = 1e-9; var mu = new double[d];
                for (int i = 0; i < n; i++) { double r = R[i * k + c]; w += r; for (int j = 0; j < d; j++) mu[j] += r * a[i * d + j]; }
                for (int j = 0; j < d; j++) mu[j] /= w;
                var S = new double[d, d]; var x = new double[d];
                for (int i = 0; i < n; i++)
                {
                    double r = R[i * k + c]; if (r < 1e-12) continue;
                    for (int j = 0; j < d; j++) x[j] = a[i * d + j] - mu[j];
                    for (int p = 0; p < d; p++) for (int q = 0; q <= p; q++) S[p, q] += r * x[p] * x[q];
                }
                for (int p = 0; p < d; p++) for (int q = 0; q <= p; q++) S[q, p] = S[p, q] = S[p, q] / w + (p == q ? 1e-4 : 0);
                g.Means[c] = mu;
                g.Covariances[c] = Matrix<double>.Build.DenseOfArray(S);
                var L = g.Covariances[c].Cholesky().Factor;
                g.Whitening[c] = L.Inverse();
                double ld = 0; for (int j = 0; j < d; j++) ld += Math.Log(L[j, j]);
                g.LogScale[c] = -ld;
            });
            Parallel.For(0, n, i =>
            {
                Span<double> x = stackalloc double[d]; double top = double.MinValue;
                for (int c = 0; c < k; c++)
                {
                    var W = g.Whitening[c]; var mu = g.Means[c]; double s = 0;
                    for (int j = 0; j < d; j++) x[j] = a[i * d + j] - mu[j];
                    for (int p = 0; p < d; p++) { double t = 0; for (int q = 0; q <= p; q++) t += W[p, q] * x[q]; s += t * t; }
                    double l = -0.5 * s + g.LogScale[c]; R[i * k + c] = l; if (l > top) top = l;
                }
                double z = 0; for (int c = 0; c < k; c++) z += Math.Exp(R[i * k + c] - top);
                for (int c = 0; c < k; c++) R[i * k + c] = Math.Exp(R[i * k + c] - top) / z;
                logp[i] = top + Math.Log(z);
            });
        }
        g.LogLikelihood = logp.Average();
        return g;
    }
}
