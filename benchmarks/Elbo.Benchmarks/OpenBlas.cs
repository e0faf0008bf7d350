using System.Runtime.InteropServices;

namespace Elbo.Benchmarks;

/// <summary>The single-precision matrix product of OpenBLAS.</summary>
internal static unsafe partial class OpenBlas
{
    private const string Library = "libopenblas.so.0";
    private const int RowMajor = 101;
    private const int NotTransposed = 111;
    private const int Transposed = 112;

    public static bool IsPresent => NativeLibrary.TryLoad(Library, out _);

    public static string Core => Marshal.PtrToStringAnsi(CoreName()) ?? "";

    public static void Multiply(
        bool transposeA,
        bool transposeB,
        int m,
        int n,
        int k,
        float* a,
        int strideA,
        float* b,
        int strideB,
        float* c
    ) =>
        Sgemm(
            RowMajor,
            transposeA ? Transposed : NotTransposed,
            transposeB ? Transposed : NotTransposed,
            m,
            n,
            k,
            1,
            a,
            strideA,
            b,
            strideB,
            0,
            c,
            n
        );

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    public static partial void SetThreads(int count);

    [LibraryImport(Library, EntryPoint = "openblas_get_corename")]
    private static partial nint CoreName();

    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    private static partial void Sgemm(
        int order,
        int transposeA,
        int transposeB,
        int m,
        int n,
        int k,
        float alpha,
        float* a,
        int lda,
        float* b,
        int ldb,
        float beta,
        float* c,
        int ldc
    );
}
