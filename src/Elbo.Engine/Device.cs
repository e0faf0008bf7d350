using System.Diagnostics;
using Elbo.Engine.Autograd;
using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Simd;
using Elbo.Engine.Memory;
using Elbo.Engine.Threading;

namespace Elbo.Engine;

/// <summary>How a <see cref="Device"/> computes.</summary>
public sealed record DeviceOptions
{
    /// <summary>
    /// Threads to compute with, the caller's among them; 0 takes one per processor. Results do not depend on it.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>
    /// <c>avx512</c>, <c>avx2</c>, <c>vector128</c> or <c>scalar</c>; null takes the fastest that the processor has.
    /// </summary>
    /// <remarks>Results agree between instruction sets within rounding, not to the bit.</remarks>
    public string? InstructionSet { get; init; }
}

/// <summary>
/// Where tensors live and are computed with: memory, threads, instruction set, and the tape of recorded operations.
/// </summary>
/// <remarks>Used by one thread at a time; it brings its own workers.</remarks>
public sealed unsafe class Device : IDisposable
{
    private readonly WorkerPool _workers;
    private readonly InstructionSet _instructionSet;
    private readonly int _width;

    /// <summary>The processor, with the given options.</summary>
    /// <exception cref="ArgumentException">A number of threads below 0, or an instruction set that is unknown or
    /// missing here.</exception>
    public Device(DeviceOptions? options = null)
    {
        options ??= new DeviceOptions();
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
        Buffers = new BufferPool();
        Tape = new Tape(this);
    }

    /// <summary>Threads in use.</summary>
    public int Threads => _workers.Count;

    /// <summary>The name of the instruction set in use.</summary>
    public string InstructionSet => _instructionSet.Name;

    /// <summary>
    /// Bytes of tensor memory taken from the system so far. It stops growing after the first training step.
    /// </summary>
    public long TensorBytes => Buffers.BytesAllocated;

    /// <summary>Where the time of kernels is counted while this is set.</summary>
    public KernelProfile? Profile { get; set; }

    /// <summary>What <see cref="Autograd.Tape.Backward(Tensor)"/> will replay.</summary>
    public Tape Tape { get; }

    internal BufferPool Buffers { get; }

    /// <summary>Rows of the matrix product's register tiles.</summary>
    internal int TallTile { get; }

    internal int ShortTile { get; }

    /// <summary>
    /// Opens a scope: tensors made until it is disposed are released with it, and so is what the tape recorded.
    /// </summary>
    /// <remarks>Scopes nest. A tensor that must outlive the scope is copied out, or made before it.</remarks>
    public StepScope BeginStep() => Tape.BeginScope();

    /// <summary>A tensor with the given contents, row-major.</summary>
    /// <exception cref="ArgumentException">The number of values is not that of <paramref name="shape"/>.</exception>
    public Tensor Tensor(ReadOnlySpan<float> values, Shape shape)
    {
        if (values.Length != shape.Count)
            throw new ArgumentException(
                $"{values.Length} values were given for {shape}, which holds {shape.Count}.",
                nameof(values)
            );
        var result = Uninitialized(shape);
        values.CopyTo(result.AsSpan());
        return result;
    }

    /// <summary>A tensor of zeros.</summary>
    public Tensor Zeros(Shape shape) => Full(shape, 0);

    /// <summary>A tensor with <paramref name="value"/> everywhere.</summary>
    public Tensor Full(Shape shape, float value)
    {
        var result = Uninitialized(shape);
        result.AsSpan().Fill(value);
        return result;
    }

    /// <summary>Images chosen from bytes, as intensities in [0, 1]: (number of indices, bytes per image).</summary>
    /// <param name="pixels">Intensities 0–255, one image after the other.</param>
    /// <param name="indices">Which images, in which order.</param>
    /// <param name="imageSize">Bytes per image.</param>
    /// <exception cref="ArgumentException">An index is beyond the last image, or images have no bytes.</exception>
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

    /// <summary>A tensor to be overwritten whole.</summary>
    public Tensor Uninitialized(Shape shape) => Tape.Allocate(shape);

    /// <summary>
    /// Floating-point operations per second that all threads reach on registers alone: what the throughput of kernels
    /// is measured against.
    /// </summary>
    /// <param name="seconds">How long to measure, roughly.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not above 0 and at most 60.</exception>
    public double MeasurePeak(double seconds = 0.05) =>
        seconds is > 0 and <= 60
            ? PeakKernel.Measure(this, _width, seconds)
            : throw new ArgumentOutOfRangeException(
                nameof(seconds),
                seconds,
                "a measurement takes more than 0 and at most 60 seconds."
            );

    /// <summary>
    /// Stops the threads and frees all tensor memory; tensors of this device must not be used any more.
    /// </summary>
    public void Dispose()
    {
        _workers.Dispose();
        Buffers.Dispose();
    }

    /// <summary>
    /// Runs a kernel at this device's register width, on all threads if <paramref name="work"/> pays for waking them.
    /// </summary>
    /// <param name="args">The kernel's arguments, on the caller's stack.</param>
    /// <param name="work">Roughly how many simple operations there are to do.</param>
    /// <param name="category">What it is run for.</param>
    internal void Launch<TKernel, TArgs>(TArgs* args, long work, KernelCategory category = KernelCategory.Elementwise)
        where TKernel : struct, IKernel<TArgs>
        where TArgs : unmanaged
    {
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

    /// <summary>How many workers <see cref="Launch"/> gives so much to do.</summary>
    internal int WorkersFor(long work) => work < ParallelThreshold ? 1 : _workers.Count;

    /// <summary>Starting and joining the threads costs about as long as this many simple operations.</summary>
    internal const long ParallelThreshold = 16_384;

    private static void Body<TKernel, TArgs, V>(void* args, Worker worker)
        where TKernel : struct, IKernel<TArgs>
        where TArgs : unmanaged
        where V : unmanaged, ISimd<V> => TKernel.Run<V>((TArgs*)args, worker);
}
