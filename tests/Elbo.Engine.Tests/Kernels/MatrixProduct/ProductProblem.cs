using Elbo.Engine.Kernels.MatrixProduct;

namespace Elbo.Engine.Tests.Kernels.MatrixProduct;

/// <summary>Two random matrices, stored as they are or transposed, and their product in double.</summary>
internal sealed class ProductProblem
{
    private readonly bool _transposeA;
    private readonly bool _transposeB;
    private readonly float[] _a;
    private readonly float[] _b;

    public ProductProblem(int m, int n, int k, bool transposeA, bool transposeB)
    {
        (M, N, K, _transposeA, _transposeB) = (m, n, k, transposeA, transposeB);
        var rng = new Rng(11);
        _a = [.. Enumerable.Range(0, m * k).Select(_ => rng.NextSingle() - 0.3f)];
        _b = [.. Enumerable.Range(0, n * k).Select(_ => rng.NextSingle() - 0.3f)];
        Product = new double[m * n];
        for (int i = 0; i < m; i++)
        for (int l = 0; l < k; l++)
        {
            double a = transposeA ? _a[l * m + i] : _a[i * k + l];
            for (int j = 0; j < n; j++)
                Product[i * n + j] += a * (transposeB ? _b[j * k + l] : _b[l * n + j]);
        }
    }

    public int M { get; }

    public int N { get; }

    public int K { get; }

    public double[] Product { get; }

    public MatrixView ViewA(Device device) =>
        MatrixView.Of(device.Tensor(_a, _transposeA ? [K, M] : [M, K]), _transposeA);

    public MatrixView ViewB(Device device) =>
        MatrixView.Of(device.Tensor(_b, _transposeB ? [N, K] : [K, N]), _transposeB);
}
