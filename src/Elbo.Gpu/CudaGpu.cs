using System.Reflection;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Gpu.Kernels;
using ILGPU;
using ILGPU.Runtime.Cuda;

namespace Elbo.Gpu;

/// <summary>A GPU of NVIDIA, with cuBLAS for products if its library is found.</summary>
internal sealed unsafe class CudaGpu : GpuAccelerator
{
    private static readonly CudaAPI Api = CudaAPI.CurrentAPI;

    private readonly Dictionary<Type, nint> _functions = [];
    private readonly List<nint> _modules = [];
    private readonly CudaAccelerator _cuda;
    private readonly CudaStream _stream;
    private readonly PinnedRing _ring;
    private readonly Cublas? _cublas;

    private CudaGpu(Context context, CudaAccelerator cuda, bool tensorFloat32)
        : base(context, cuda)
    {
        _cuda = cuda;
        _stream = (CudaStream)cuda.DefaultStream;
        _cublas = Cublas.TryOpen(_stream.StreamPtr, tensorFloat32);
        _ring = new PinnedRing(_stream);
        MostGroups = cuda.NumMultiprocessors * (cuda.MaxNumThreadsPerMultiprocessor / (32 * WarpsPerGroup));
    }

    /// <summary>Opens GPU number <paramref name="index"/> of <see cref="GpuFactory.List"/>.</summary>
    public static CudaGpu Open(int index, bool tensorFloat32)
    {
        var context = Context.Create(builder => builder.Cuda());
        return new CudaGpu(context, context.CreateCudaAccelerator(index), tensorFloat32);
    }

    /// <inheritdoc/>
    public override string Kind => $"cuda:{_cuda.DeviceId}";

    /// <inheritdoc/>
    public override string Description =>
        $"{_cuda.Name} ({(_cublas is null ? "without cuBLAS" : $"cuBLAS {_cublas.Version}")})";

    /// <inheritdoc/>
    protected override int WarpsPerGroup => 8;

    /// <inheritdoc/>
    protected override int MostGroups { get; }

    /// <inheritdoc/>
    public override void* Allocate(long bytes)
    {
        using var turn = Enter();
        var error = Api.AllocateMemory(out nint data, (nint)bytes);
        if (error == CudaError.CUDA_ERROR_OUT_OF_MEMORY)
            throw new InsufficientMemoryException(
                $"{_cuda.Name} has no {bytes / 1_000_000.0:0} MB of memory left (it has {_cuda.MemorySize >> 20} MiB, "
                    + "shared with other programs); a smaller batch needs less."
            );
        CudaException.ThrowIfFailed(error);
        return (void*)data;
    }

    /// <inheritdoc/>
    public override void Free(void* data)
    {
        try
        {
            using var turn = Enter();
            CudaException.ThrowIfFailed(Api.FreeMemory((nint)data));
        }
        catch (Exception e) when (e is CudaException or ObjectDisposedException)
        {
            // A finalizer may come after the end of the context, which has freed the memory.
        }
    }

    /// <inheritdoc/>
    public override void CopyIn(void* source, void* target, long bytes)
    {
        using var turn = Enter();
        _ring.CopyIn((byte*)source, (byte*)target, bytes);
    }

    /// <inheritdoc/>
    public override void CopyOut(void* source, void* target, long bytes)
    {
        using var turn = Enter();
        _ring.CopyOut((byte*)source, (byte*)target, bytes);
    }

    /// <inheritdoc/>
    public override void Multiply(int m, int n, int k, MatrixView a, MatrixView b, float* c, bool adds)
    {
        if (_cublas is null || k == 0)
        {
            base.Multiply(m, n, k, a, b, c, adds);
            return;
        }
        using var turn = Enter();
        _cublas.Multiply(m, n, k, a, b, c, adds);
    }

    /// <inheritdoc/>
    protected override void Start<TKernel, TArgs>(TArgs* args, int groups)
    {
        if (!_functions.TryGetValue(typeof(TKernel), out nint function))
            _functions[typeof(TKernel)] = function = Load(Ptx.EntryOf<TKernel, TArgs>());
        Start(function, args, groups, WarpsPerGroup);
    }

    /// <inheritdoc/>
    protected override void Start(TiledProduct.Operands operands, int groups, int warps)
    {
        if (!_functions.TryGetValue(typeof(TiledProduct), out nint function))
            _functions[typeof(TiledProduct)] = function = Load(Ptx.ProductEntry);
        Start(function, &operands, groups, warps);
    }

    /// <summary>Launches a function of one parameter, as the driver takes it: without the launchers of ILGPU.</summary>
    private void Start(nint function, void* parameter, int groups, int warps)
    {
        void** parameters = stackalloc void*[] { parameter };
        CudaException.ThrowIfFailed(
            Api.LaunchKernel(
                function,
                groups,
                1,
                1,
                warps * F32x32.Width,
                1,
                1,
                0,
                _stream.StreamPtr,
                (nint)parameters,
                0
            )
        );
    }

    private nint Load(MethodInfo entry)
    {
        var error = Api.LoadModule(
            out nint module,
            Ptx.Compile(_cuda.Backend, entry, out string name),
            out string? log
        );
        if (error != CudaError.CUDA_SUCCESS)
            throw new InvalidOperationException($"the driver cannot compile {entry}: {error} {log}");
        _modules.Add(module);
        CudaException.ThrowIfFailed(Api.GetModuleFunction(out nint function, module, name));
        return function;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        using (Enter())
        {
            foreach (nint module in _modules)
                CudaException.ThrowIfFailed(Api.DestroyModule(module));
            _cublas?.Dispose();
            _ring.Dispose();
        }
        base.Dispose();
    }
}

/// <summary>
/// Pinned memory through which copies between processor and GPU pass. A copy to the GPU only waits if all pieces of the
/// ring are on their way.
/// </summary>
internal sealed unsafe class PinnedRing : IDisposable
{
    private const int Pieces = 8;
    private const int PieceBytes = 2 * 1024 * 1024;

    private static readonly CudaAPI Api = CudaAPI.CurrentAPI;

    private readonly CudaStream _stream;
    private readonly nint _memory;
    private readonly nint[] _copied = new nint[Pieces];
    private int _next;

    /// <summary>Creates a ring for copies on <paramref name="stream"/>.</summary>
    public PinnedRing(CudaStream stream)
    {
        _stream = stream;
        CudaException.ThrowIfFailed(Api.AllocateHostMemory(out _memory, Pieces * PieceBytes));
        for (int i = 0; i < Pieces; i++)
            CudaException.ThrowIfFailed(Api.CreateEvent(out _copied[i], CudaEventFlags.CU_EVENT_DISABLE_TIMING));
    }

    /// <summary>Copies to the GPU. The source may be reused at once.</summary>
    public void CopyIn(byte* source, byte* target, long bytes)
    {
        for (long done = 0; done < bytes; done += PieceBytes)
        {
            long count = Math.Min(PieceBytes, bytes - done);
            nint piece = Await(_next);
            Buffer.MemoryCopy(source + done, (void*)piece, count, count);
            Copy(piece, (nint)(target + done), count);
            Mark();
        }
    }

    /// <summary>Copies from the GPU and waits for it.</summary>
    public void CopyOut(byte* source, byte* target, long bytes)
    {
        for (long done = 0; done < bytes; done += PieceBytes)
        {
            long count = Math.Min(PieceBytes, bytes - done);
            int current = _next;
            nint piece = Await(current);
            Copy((nint)(source + done), piece, count);
            Mark();
            Await(current);
            Buffer.MemoryCopy((void*)piece, target + done, count, count);
        }
    }

    public void Dispose()
    {
        foreach (nint copied in _copied)
            CudaException.ThrowIfFailed(Api.DestroyEvent(copied));
        CudaException.ThrowIfFailed(Api.FreeHostMemory(_memory));
    }

    /// <summary>Waits for the last copy through a piece, and returns its address.</summary>
    private nint Await(int piece)
    {
        CudaException.ThrowIfFailed(Api.SynchronizeEvent(_copied[piece]));
        return _memory + piece * PieceBytes;
    }

    /// <summary>Marks the end of the copy through the current piece, and goes on to the next.</summary>
    private void Mark()
    {
        CudaException.ThrowIfFailed(Api.RecordEvent(_copied[_next], _stream.StreamPtr));
        _next = (_next + 1) % Pieces;
    }

    private void Copy(nint source, nint target, long bytes) =>
        CudaException.ThrowIfFailed(Api.MemcpyAsync(target, source, (nint)bytes, _stream));
}
