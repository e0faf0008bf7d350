using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Engine.Kernels.Operators;

namespace Elbo.Engine.Tests.Kernels.MatrixProduct;

/// <summary>
/// The product kernel by itself: every combination of transposes, shapes that fit no tile, sums over blocks of K.
/// </summary>
public unsafe class MatrixProductKernelTests
{
    /// <summary>
    /// Relative to the double result. Sums run over blocks of at most 256 terms, whose rounding errors largely cancel:
    /// measured is about 1e-6 at K = 4096.
    /// </summary>
    private const double Tolerance = 1e-5;

    private const float Untouched = 123.25f;

    public static TheoryData<int, int, int> Sizes =>
        new()
        {
            { 1, 1, 1 },
            { 2, 3, 1 },
            { 4, 8, 2 },
            { 12, 32, 256 },
            { 13, 33, 257 },
            { 20, 64, 16 },
            { 129, 31, 257 },
            { 31, 129, 17 },
            { 5, 500, 784 },
            { 128, 10, 513 },
            { 1, 784, 37 },
            { 784, 1, 37 },
            { 64, 100, 3 },
            { 33, 47, 4096 },
            { 100, 7, 1025 },
            { 7, 9, 0 },
            { 0, 5, 3 },
            { 5, 0, 3 },
            { 25, 31, 255 },
            { 30, 300, 193 },
            { 500, 70, 260 },
            { 90, 700, 300 },
            { 64, 64, 192 },
            { 700, 20, 192 },
        };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_form_equals_the_product_in_double(int m, int n, int k) =>
        ForEveryForm(
            (transposeA, transposeB) =>
            {
                var problem = new ProductProblem(m, n, k, transposeA, transposeB);
                foreach (string set in TestDevices.InstructionSets)
                foreach (int threads in new[] { 1, 2 })
                    NumericAssert.Close(
                        problem.Product,
                        Multiply(problem, set, threads, adds: false),
                        Tolerance,
                        $"{m}×{n}×{k} {transposeA} {transposeB} on {set}, {threads} threads"
                    );
            }
        );

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_product_can_be_added_to_what_is_there(int m, int n, int k) =>
        ForEveryForm(
            (transposeA, transposeB) =>
            {
                var problem = new ProductProblem(m, n, k, transposeA, transposeB);
                foreach (string set in TestDevices.InstructionSets)
                    NumericAssert.Close(
                        [.. problem.Product.Select(v => v + Untouched)],
                        Multiply(problem, set, 2, adds: true),
                        Tolerance,
                        $"{m}×{n}×{k} {transposeA} {transposeB} on {set}"
                    );
            }
        );

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Any_number_of_threads_gives_the_same_bits(int m, int n, int k)
    {
        var problem = new ProductProblem(m, n, k, false, true);
        foreach (string set in TestDevices.InstructionSets)
        {
            var one = Multiply(problem, set, 1, adds: true);
            foreach (int threads in new[] { 2, 3, 4 })
                NumericAssert.SameBits(one, Multiply(problem, set, threads, adds: true), $"{set}, {threads} threads");
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Nothing_is_written_outside_the_result(int m, int n, int k)
    {
        var problem = new ProductProblem(m, n, k, true, false);
        foreach (string set in TestDevices.InstructionSets)
        {
            var c = Multiply(problem, set, 2, adds: false, surplus: 37);
            Assert.All(c.TakeLast(37), v => Assert.Equal(Untouched, v));
            NumericAssert.Close(problem.Product, c.AsSpan(0, c.Length - 37), Tolerance, set);
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(13, 33, 257)]
    [InlineData(64, 100, 600)]
    [InlineData(7, 9, 0)]
    public void The_epilogue_is_applied_once_to_the_finished_sum(int m, int n, int k)
    {
        var problem = new ProductProblem(m, n, k, false, true);
        foreach (string set in TestDevices.InstructionSets)
        {
            var device = TestDevices.Shared(set, 2);
            using var step = device.BeginStep();
            var bias = device.Tensor([.. Enumerable.Range(0, n).Select(j => 0.1f * j)], [n]);
            var c = device.Full([m, n], Untouched);
            MatrixProductKernel.Multiply(
                device,
                m,
                n,
                k,
                problem.ViewA(device),
                problem.ViewB(device),
                c.Data,
                adds: false,
                new BiasActivation<Square>(bias.Data, default)
            );
            NumericAssert.Close(
                [.. problem.Product.Select((v, i) => (v + 0.1f * (i % n)) * (v + 0.1f * (i % n)))],
                c.AsSpan(),
                Tolerance,
                set
            );
        }
    }

    private static void ForEveryForm(Action<bool, bool> test)
    {
        foreach (bool transposeA in new[] { false, true })
        foreach (bool transposeB in new[] { false, true })
            test(transposeA, transposeB);
    }

    /// <summary>
    /// The result and <paramref name="surplus"/> floats beyond it, all <see cref="Untouched"/> before.
    /// </summary>
    private static float[] Multiply(ProductProblem problem, string set, int threads, bool adds, int surplus = 0)
    {
        var device = TestDevices.Shared(set, threads);
        using var step = device.BeginStep();
        var c = device.Full([problem.M * problem.N + surplus], Untouched);
        MatrixProductKernel.Multiply(
            device,
            problem.M,
            problem.N,
            problem.K,
            problem.ViewA(device),
            problem.ViewB(device),
            c.Data,
            adds,
            default(NoEpilogue)
        );
        return c.ToArray();
    }
}

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
