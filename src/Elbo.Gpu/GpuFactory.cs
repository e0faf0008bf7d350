using System.Globalization;
using Elbo.Engine;
using ILGPU;
using ILGPU.Runtime.Cuda;

namespace Elbo.Gpu;

/// <summary>Finds and opens GPUs; <see cref="DeviceInfo"/> loads it by name.</summary>
internal sealed class GpuFactory : IAcceleratorFactory
{
    /// <inheritdoc/>
    public IReadOnlyList<DeviceInfo> List()
    {
        using var context = Context.Create(builder => builder.Cuda());
        return [.. context.Devices.OfType<CudaDevice>().Select(Describe)];
    }

    /// <inheritdoc/>
    public Engine.Accelerator Open(string kind, bool tensorFloat32)
    {
        if (kind == "emulated")
            return EmulatedGpu.Open();
        int index = Index(kind);
        int count = List().Count;
        if (count == 0)
            throw new ArgumentException(
                $"the device '{kind}' needs a GPU of NVIDIA and its driver, and none was found; "
                    + "install the driver, or compute on the device 'cpu'."
            );
        return index < count
            ? CudaGpu.Open(index, tensorFloat32)
            : throw new ArgumentException(
                $"there is no device '{kind}'; this machine has {count} {(count == 1 ? "GPU" : "GPUs")}, "
                    + $"{string.Join(", ", Enumerable.Range(0, count).Select(i => $"cuda:{i}"))}."
            );
    }

    private static int Index(string kind) =>
        kind == "cuda" ? 0
        : kind.StartsWith("cuda:", StringComparison.Ordinal)
        && int.TryParse(kind.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? index
        : throw new ArgumentException(
            $"'{kind}' is not a device; known are cpu, cuda, cuda:N with the number of a GPU, and auto."
        );

    private static DeviceInfo Describe(CudaDevice device) =>
        new(
            $"cuda:{device.DeviceId}",
            device.Name,
            device.MemorySize,
            $"compute capability {device.Architecture?.Major}.{device.Architecture?.Minor}, "
                + $"driver for CUDA {device.DriverVersion.Major}.{device.DriverVersion.Minor}"
        );
}
