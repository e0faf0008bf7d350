using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Engine.Tests.Autograd.Cases;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace Elbo.Gpu.Tests;

/// <summary>Every kernel that an operation launches compiles to PTX, on a machine without a GPU.</summary>
public partial class CompilationTests
{
    public static TheoryData<int, int> Architectures =>
        new()
        {
            { 7, 0 },
            { 8, 0 },
            { 9, 0 },
        };

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Every_kernel_compiles(int major, int minor)
    {
        using var context = Context.Create(builder => builder.Optimize(OptimizationLevel.O1));
        var architecture = new CudaArchitecture(major, minor);
        var set = CudaAccelerator.GetInstructionSet(architecture, CudaDriverVersion.FromMajorMinor(12, 0));
        using var backend = new PTXBackend(
            context,
            new CudaCapabilityContext(architecture),
            architecture,
            set,
            nvvmAPI: null
        );
        foreach (var (entry, where) in Entries.All)
        {
            string code = Compile(backend, entry, where);
            // The driver compiles code for an older architecture on a newer one; ILGPU knows none above 8.0.
            Assert.Contains($".target sm_{Math.Min(major, 8)}0", code, StringComparison.Ordinal);
            Assert.Equal(Size(entry), int.Parse(ParameterSize().Match(code).Groups[1].Value));
            Assert.False(ComparesNaN().IsMatch(code), $"{entry}, of {where}, takes comparisons with NaN for true.");
        }
    }

    /// <summary>Comparisons of floats that are true if a number is NaN.</summary>
    [GeneratedRegex(@"setp\.(lt|le|gt|ge|eq|ne)u\.f")]
    private static partial Regex ComparesNaN();

    /// <summary>The only parameter of the entry point, in bytes.</summary>
    [GeneratedRegex(@"\.param \.align \d+ \.b8 \w+\[(\d+)\]")]
    private static partial Regex ParameterSize();

    /// <summary>The size that .NET gives the parameter of an entry point.</summary>
    private static int Size(MethodInfo entry) =>
        (int)
            typeof(Unsafe)
                .GetMethod(nameof(Unsafe.SizeOf))!
                .MakeGenericMethod(entry.GetParameters()[0].ParameterType)
                .Invoke(null, null)!;

    private static string Compile(PTXBackend backend, MethodInfo entry, string where)
    {
        try
        {
            return Ptx.Compile(backend, entry, out _);
        }
        catch (Exception e) when (e is InternalCompilerException or NotSupportedException or AggregateException)
        {
            Assert.Fail($"{entry}, of {where}: {e}");
            throw;
        }
    }
}

/// <summary>The entry points that all cases of the engine's catalog launch, found without running them.</summary>
internal sealed unsafe class Entries : Engine.Accelerator
{
    private readonly Dictionary<MethodInfo, string> _found = new() { [Ptx.ProductEntry] = "products" };
    private readonly Dictionary<OpCase, HashSet<MethodInfo>> _ofCases = [];
    private HashSet<MethodInfo> _ofCase = [];
    private string _where = "";

    private static readonly Entries Found = Find();

    /// <summary>Each entry point, with the first case that launched it.</summary>
    public static IReadOnlyDictionary<MethodInfo, string> All => Found._found;

    /// <summary>Every small case of the catalog, with the entry points that it launches.</summary>
    public static IReadOnlyDictionary<OpCase, HashSet<MethodInfo>> OfCases => Found._ofCases;

    public override string Kind => "none";

    public override string Description => "a list of kernels";

    private static Entries Find()
    {
        var entries = new Entries();
        using var device = new Device(new DeviceOptions(), entries);
        foreach (var each in OpCatalog.All.Where(c => !c.IsLarge))
        {
            entries._where = each.Name;
            entries._ofCases[each] = entries._ofCase = [];
            using var scope = device.BeginStep();
            var operands = each.Operands.Select((o, i) => device.Tensor(each.Draw(i), o.Shape)).ToArray();
            for (int i = 0; i < operands.Length; i++)
                operands[i].RequiresGradient = each.Operands[i].RequiresGradient;
            var output = each.Compute(device, operands);
            if (output.RequiresGradient)
                device.Tape.Backward(output, device.Full(output.Shape, 1));
        }
        entries._ofCase = [];
        foreach (var activation in Enum.GetValues<Activation>())
        {
            entries._where = activation.ToString();
            Layers(device, activation);
        }
        entries._where = "updates";
        Updates(device);
        entries._where = "images";
        device.Images(new byte[50], [1, 0], 25);
        return entries;
    }

    private static void Layers(Device device, Activation activation)
    {
        using var scope = device.BeginStep();
        var options = new ConvolutionOptions
        {
            Same = true,
            Stride = 2,
            Layout = ImageLayout.ChannelsLast,
        };
        Tensor images = Input(device, [1, 4, 4, 2]),
            kernel = Input(device, [2, 2, 2, 2]),
            two = Input(device, [2]);
        var y = Ops.Conv2d(images, kernel, two, options, activation);
        y = Ops.ConvTranspose2d(y, kernel, two, options, activation);
        y = Ops.BatchNorm(
            y,
            two,
            two,
            device.Zeros([2]),
            device.Full([2], 1),
            true,
            0.1f,
            1e-5f,
            activation,
            ImageLayout.ChannelsLast
        );
        y = Ops.Linear(Ops.Reshape(y, [16, 2]), Input(device, [2, 2]), two, activation);
        device.Tape.Backward(Ops.Sum(y));
    }

    private static Tensor Input(Device device, Shape shape)
    {
        var result = device.Full(shape, 0.5f);
        result.RequiresGradient = true;
        return result;
    }

    private static void Updates(Device device)
    {
        Tensor p = device.Zeros([40]),
            g = device.Zeros([40]),
            a = device.Zeros([40]),
            b = device.Zeros([40]),
            c = device.Zeros([40]);
        ParameterUpdate.Sgd(p, g, a, 0.1f, 0.9f, nesterov: true, weightDecay: 0);
        ParameterUpdate.RmsProp(p, g, a, 0.1f, 0.9f, 1e-8f, weightDecay: 0);
        ParameterUpdate.Adam(p, g, a, b, null, 1, 0.1f, 0.9f, 0.99f, 1e-8f, 0, decoupled: false);
        ParameterUpdate.Adam(p, g, a, b, c, 1, 0.1f, 0.9f, 0.99f, 1e-8f, 0, decoupled: false);
        ParameterUpdate.Adamax(p, g, a, b, 1, 0.1f, 0.9f, 0.99f, 1e-8f, 0);
    }

    public override void* Allocate(long bytes) => NativeMemory.AllocZeroed((nuint)bytes);

    public override void Free(void* data) => NativeMemory.Free(data);

    public override void CopyIn(void* source, void* target, long bytes) =>
        Buffer.MemoryCopy(source, target, bytes, bytes);

    public override void CopyOut(void* source, void* target, long bytes) =>
        Buffer.MemoryCopy(source, target, bytes, bytes);

    public override void Launch<TKernel, TArgs>(TArgs* args, long work)
    {
        var entry = Ptx.EntryOf<TKernel, TArgs>();
        _found.TryAdd(entry, _where);
        _ofCase.Add(entry);
    }

    public override void Multiply(int m, int n, int k, MatrixView a, MatrixView b, float* c, bool adds) =>
        _ofCase.Add(Ptx.ProductEntry);

    public override void Synchronize() { }

    public override void Dispose() { }
}
