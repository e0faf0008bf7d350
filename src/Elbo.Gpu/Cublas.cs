using System.Runtime.InteropServices;
using Elbo.Engine.Kernels.MatrixProduct;
// handle, both transpositions, rows, columns, depth, factor, A and its stride, B and its, factor of C, C and its.
using unsafe Sgemm = delegate* unmanaged<
    nint,
    int,
    int,
    int,
    int,
    int,
    float*,
    float*,
    int,
    float*,
    int,
    float*,
    float*,
    int,
    int>;

namespace Elbo.Gpu;

/// <summary>Single-precision matrix products of NVIDIA's cuBLAS, whose library is searched at run time.</summary>
internal sealed unsafe class Cublas : IDisposable
{
    private const int DefaultMath = 0;
    private const int TensorFloat32Math = 3;
    private const int NotTransposed = 0;
    private const int Transposed = 1;

    /// <summary>Newest first. The loader searches LD_LIBRARY_PATH, or PATH on Windows.</summary>
    private static readonly string[] Names = OperatingSystem.IsWindows()
        ? ["cublas64_13.dll", "cublas64_12.dll", "cublas64_11.dll"]
        : ["libcublas.so.13", "libcublas.so.12", "libcublas.so.11"];

    private readonly nint _library;
    private readonly nint _handle;
    private readonly Sgemm _multiply;

    private Cublas(nint library, nint stream, bool tensorFloat32)
    {
        _library = library;
        nint handle;
        Check(((delegate* unmanaged<nint*, int>)Function("cublasCreate_v2"))(&handle), "cublasCreate");
        _handle = handle;
        Check(
            ((delegate* unmanaged<nint, nint, int>)Function("cublasSetStream_v2"))(handle, stream),
            "cublasSetStream"
        );
        int mode = tensorFloat32 ? TensorFloat32Math : DefaultMath;
        Check(((delegate* unmanaged<nint, int, int>)Function("cublasSetMathMode"))(handle, mode), "cublasSetMathMode");
        int version;
        Check(
            ((delegate* unmanaged<nint, int*, int>)Function("cublasGetVersion_v2"))(handle, &version),
            "cublasGetVersion"
        );
        Version = $"{version / 10000}.{version / 100 % 100}";
        _multiply = (Sgemm)Function("cublasSgemm_v2");
    }

    /// <summary>The version of the library, such as 12.4.</summary>
    public string Version { get; }

    /// <summary>Opens the library for work on a stream of the current CUDA context; null if there is none.</summary>
    public static Cublas? TryOpen(nint stream, bool tensorFloat32)
    {
        foreach (string name in Names)
            if (NativeLibrary.TryLoad(name, out nint library))
                return new Cublas(library, stream, tensorFloat32);
        return null;
    }

    /// <summary>C (+)= A·B with A (m, k), B (k, n) and a contiguous C (m, n), all row by row.</summary>
    public void Multiply(int m, int n, int k, MatrixView a, MatrixView b, float* c, bool adds)
    {
        // The library takes matrices column by column, which are the transposes of ours: Cᵀ = Bᵀ·Aᵀ.
        float one = 1,
            kept = adds ? 1 : 0;
        Check(
            _multiply(
                _handle,
                b.Transposed ? Transposed : NotTransposed,
                a.Transposed ? Transposed : NotTransposed,
                n,
                m,
                k,
                &one,
                (float*)b.Data,
                (int)b.Stride,
                (float*)a.Data,
                (int)a.Stride,
                &kept,
                c,
                n
            ),
            "cublasSgemm"
        );
    }

    public void Dispose()
    {
        Check(((delegate* unmanaged<nint, int>)Function("cublasDestroy_v2"))(_handle), "cublasDestroy");
        NativeLibrary.Free(_library);
    }

    private nint Function(string name) => NativeLibrary.GetExport(_library, name);

    private static void Check(int status, string function)
    {
        if (status != 0)
            throw new InvalidOperationException($"{function} of cuBLAS failed with status {status}.");
    }
}
