using System.Diagnostics;
using Elbo.Engine.Autograd;
using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Engine.Kernels.Simd;
using Elbo.Engine.Memory;
using Elbo.Engine.Threading;

namespace Elbo.Engine;

/// <summary>Options of a <see cref="Device"/>.</summary>
public sealed record DeviceOptions
{
    /// <summary>
    /// Number of threads, including the calling thread; 0 means one per processor. Results do not depend on it.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>
    /// <c>avx512</c>, <c>avx2</c>, <c>vector128</c> or <c>scalar</c>; null selects the fastest that the processor
    /// supports.
    /// </summary>
    /// <remarks>Results of different instruction sets agree within rounding, not bit for bit.</remarks>
    public string? InstructionSet { get; init; }

    /// <summary>
    /// <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c> for a GPU of NVIDIA by its number, or <c>auto</c> for a GPU if there is
    /// one. GPUs need the package Elbo.Gpu. <see cref="DeviceInfo.All"/> lists what there is.
    /// </summary>
    public string Kind { get; init; } = "cpu";

    /// <summary>
    /// Whether matrix products on a GPU may round their factors to ten bits (TF32), which is faster and less accurate.
    /// </summary>
    public bool TensorFloat32 { get; init; }
}

/// <summary>
/// Allocates tensors and computes with them. It owns the memory, the threads and the tape of recorded operations.
/// </summary>
/// <remarks>
/// A device is used by one thread at a time and has its own worker threads. <see cref="CreateWorkspace"/> gives other
/// threads a device that shares them. A device that is not disposed ends its threads when it is collected.
/// </remarks>
public sealed unsafe class Device : IDisposable
{
    private readonly WorkerPool _workers;
    private readonly bool _ownsWorkers = true;
    private readonly bool _ownsAccelerator;
    private readonly InstructionSet _instructionSet;
    private readonly int _width;

    /// <summary>Creates a device on the processor or a GPU.</summary>
    /// <exception cref="ArgumentException">
    /// The number of threads is not in 0–1024, the instruction set is unknown or not supported by this processor, or
    /// there is no device of that kind.
    /// </exception>
    public Device(DeviceOptions? options = null)
        : this(options ?? new DeviceOptions(), DeviceInfo.Open(options ?? new DeviceOptions())) { }

    /// <summary>Creates a device on an accelerator, which it disposes; null for the processor.</summary>
    internal Device(DeviceOptions options, Accelerator? accelerator)
    {
        if (options.Threads is < 0 or > 1024)
            throw new ArgumentException(
                $"{options.Threads} threads were asked for; give 1 to 1024, or 0 for one per processor.",
                nameof(options)
            );
        _instructionSet = Kernels.InstructionSet.Select(options.InstructionSet);
        _width = _instructionSet.Name switch
        {
            "avx512" => 16,
            "avx2" => 8,
            "vector128" => 4,
            _ => 1,
        };
        _workers = new WorkerPool(options.Threads == 0 ? Environment.ProcessorCount : options.Threads);
        (TallTile, ShortTile) = Kernels.MatrixProduct.TileKernel.Heights(_width);
        (Accelerator, _ownsAccelerator) = (accelerator, accelerator is not null);
        Buffers = new BufferPool(accelerator);
        Tape = new Tape(this);
    }

    private Device(Device other)
    {
        (_instructionSet, _width, _workers, _ownsWorkers) = (
            other._instructionSet,
            other._width,
            other._workers,
            false
        );
        (TallTile, ShortTile) = (other.TallTile, other.ShortTile);
        Accelerator = other.Accelerator;
        Buffers = new BufferPool(Accelerator);
        Tape = new Tape(this);
    }

    /// <summary>
    /// Creates a device for another thread, with its own memory and tape. It shares the worker threads of this device:
    /// an operation that finds them in use runs on its calling thread alone. Results are the same.
    /// </summary>
    /// <remarks><see cref="Tensor.On"/> makes tensors of this device available on the new one.</remarks>
    public Device CreateWorkspace() => new(this);

    /// <summary>Number of threads in use.</summary>
    public int Threads => _workers.Count;

    /// <summary>
    /// While set, operations run on the calling thread alone, which saves waking the others for small ones.
    /// </summary>
    public bool UsesCallerOnly { get; set; }

    /// <summary>The name of the processor's instruction set in use, or the kind of the GPU.</summary>
    public string InstructionSet => Accelerator?.Kind ?? _instructionSet.Name;

    /// <summary><c>cpu</c>, or the kind of the GPU, such as <c>cuda:0</c>.</summary>
    public string Kind => Accelerator?.Kind ?? "cpu";

    /// <summary>
    /// Whether the processor computes. A GPU computes while the program continues, and reading a tensor waits for it.
    /// </summary>
    public bool IsProcessor => Accelerator is null;

    /// <summary>The instruction set and number of threads, or the name of the GPU.</summary>
    public string Description =>
        Accelerator?.Description ?? $"{_instructionSet.Name}, {Threads} {(Threads == 1 ? "thread" : "threads")}";

    /// <summary>
    /// Bytes of tensor memory allocated from the system so far. It stops growing after the first training step.
    /// </summary>
    public long TensorBytes => Buffers.BytesAllocated;

    /// <summary>While set, collects the time spent in every kernel.</summary>
    public KernelProfile? Profile { get; set; }

    /// <summary>The operations that <see cref="Autograd.Tape.Backward(Tensor)"/> differentiates.</summary>
    public Tape Tape { get; }

    internal BufferPool Buffers { get; }

    /// <summary>The hardware that computes instead of the processor, or null.</summary>
    internal Accelerator? Accelerator { get; }

    /// <summary>Rows of the tall register tile of matrix products.</summary>
    internal int TallTile { get; }

    internal int ShortTile { get; }

    /// <summary>
    /// Opens a scope. Disposing it releases the tensors created in it and clears what the tape recorded in it.
    /// </summary>
    /// <remarks>Scopes nest. Create a tensor that must outlive the scope before it, or copy its elements out.</remarks>
    /// <exception cref="InvalidOperationException">Another thread is within a scope of this device.</exception>
    public StepScope BeginStep() => Tape.BeginScope();

    /// <summary>Creates a tensor with the given elements, in row-major order.</summary>
    /// <exception cref="ArgumentException">
    /// The number of values differs from that of <paramref name="shape"/>.
    /// </exception>
    public Tensor Tensor(ReadOnlySpan<float> values, Shape shape)
    {
        if (values.Length != shape.Count)
            throw new ArgumentException(
                $"{values.Length} values were given for {shape}, which holds {shape.Count}.",
                nameof(values)
            );
        var result = Uninitialized(shape);
        result.CopyFrom(values);
        return result;
    }

    /// <summary>Creates a tensor of zeros.</summary>
    public Tensor Zeros(Shape shape) => Full(shape, 0);

    /// <summary>Creates a tensor whose elements all equal <paramref name="value"/>.</summary>
    public Tensor Full(Shape shape, float value)
    {
        var result = Uninitialized(shape);
        result.Fill(value);
        return result;
    }

    /// <summary>
    /// Converts selected images from bytes to intensities in [0, 1]: (number of indices, bytes per image).
    /// </summary>
    /// <param name="pixels">Intensities 0–255 of consecutive images.</param>
    /// <param name="indices">The images to take, in order.</param>
    /// <param name="imageSize">Bytes per image.</param>
    /// <exception cref="ArgumentException">An index is out of range, or images have no bytes.</exception>
    public Tensor Images(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> indices, int imageSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        int count = pixels.Length / imageSize;
        foreach (int index in indices)
            if ((uint)index >= (uint)count)
                throw new ArgumentException($"image {index} was asked for; there are {count}.", nameof(indices));
        var result = Uninitialized([indices.Length, imageSize]);
        ImageKernels.Gather(pixels, indices, result, imageSize);
        return result;
    }

    /// <summary>Creates a tensor with arbitrary contents, for callers that overwrite all of it.</summary>
    public Tensor Uninitialized(Shape shape) => Tape.Allocate(shape);

    /// <summary>
    /// Measures the floating-point operations per second of all threads computing in registers alone, as the peak for
    /// the throughput of kernels.
    /// </summary>
    /// <param name="seconds">Approximate duration of the measurement.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is not above 0 and at most 60 seconds.</exception>
    public double MeasurePeak(double seconds = 0.05) =>
        seconds is > 0 and <= 60
            ? PeakKernel.Measure(this, _width, seconds)
            : throw new ArgumentOutOfRangeException(
                nameof(seconds),
                seconds,
                "a measurement takes more than 0 and at most 60 seconds."
            );

    /// <summary>
    /// Stops the threads, unless they are those of another device, and frees all tensor memory. Tensors of this device
    /// can no longer be used.
    /// </summary>
    public void Dispose()
    {
        if (_ownsWorkers)
            _workers.Dispose();
        Buffers.Dispose();
        if (_ownsAccelerator)
            Accelerator?.Dispose();
    }

    /// <summary>Waits until a GPU has done all work; the processor never has any left.</summary>
    public void Synchronize() => Accelerator?.Synchronize();

    /// <summary>
    /// Runs a kernel at this device's register width, on all threads if <paramref name="work"/> is large enough to pay
    /// for waking them.
    /// </summary>
    /// <param name="args">The kernel's arguments, on the caller's stack.</param>
    /// <param name="work">Approximate number of simple operations.</param>
    /// <param name="category">The category under which the time is counted.</param>
    internal void Launch<TKernel, TArgs>(TArgs* args, long work, KernelCategory category = KernelCategory.Elementwise)
        where TKernel : struct, IKernel<TArgs>
        where TArgs : unmanaged
    {
        if (Accelerator is not null)
        {
            LaunchThere<TKernel, TArgs>(args, work, category);
            return;
        }
        delegate* <void*, Worker, void> body = _width switch
        {
            16 => &Body<TKernel, TArgs, F32x16>,
            8 => &Body<TKernel, TArgs, F32x8>,
            4 => &Body<TKernel, TArgs, F32x4>,
            _ => &Body<TKernel, TArgs, F32x1>,
        };
        long start = Profile is null ? 0 : Stopwatch.GetTimestamp();
        if (WorkersFor(work) == 1)
            body(args, new Worker(0, 1));
        else
            _workers.Run(body, args);
        Profile?.Add(typeof(TKernel), category, Stopwatch.GetTimestamp() - start);
    }

    /// <summary>C (+)= A·B on the accelerator, with A (m, k), B (k, n) and a contiguous C (m, n).</summary>
    internal void MultiplyThere(
        int m,
        int n,
        int k,
        MatrixView a,
        MatrixView b,
        float* c,
        bool adds,
        KernelCategory category
    )
    {
        long start = Profile is null ? 0 : Stopwatch.GetTimestamp();
        Accelerator!.Multiply(m, n, k, a, b, c, adds);
        Profile?.AddMatrixOperations(2.0 * m * n * k);
        Await(typeof(MatrixProductKernel), category, start);
    }

    private void LaunchThere<TKernel, TArgs>(TArgs* args, long work, KernelCategory category)
        where TKernel : struct, IKernel<TArgs>
        where TArgs : unmanaged
    {
        long start = Profile is null ? 0 : Stopwatch.GetTimestamp();
        Accelerator!.Launch<TKernel, TArgs>(args, work);
        Await(typeof(TKernel), category, start);
    }

    /// <summary>Waits for the accelerator and counts the time since <paramref name="start"/>, if a profile is wanted.</summary>
    private void Await(Type kernel, KernelCategory category, long start)
    {
        if (Profile is null)
            return;
        Accelerator!.Synchronize();
        Profile.Add(kernel, category, Stopwatch.GetTimestamp() - start);
    }

    /// <summary>The number of workers that <see cref="Launch"/> uses for an amount of work.</summary>
    internal int WorkersFor(long work) => UsesCallerOnly || work < ParallelThreshold ? 1 : _workers.Count;

    /// <summary>The number of simple operations that take about as long as starting and joining the threads.</summary>
    internal const long ParallelThreshold = 16_384;

    private static void Body<TKernel, TArgs, V>(void* args, Worker worker)
        where TKernel : struct, IKernel<TArgs>
        where TArgs : unmanaged
        where V : unmanaged, ISimd<V> => TKernel.Run<V>((TArgs*)args, worker);
}
