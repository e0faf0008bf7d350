using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests;

public class DeviceTests
{
    [Fact]
    public void Options_decide_on_threads_and_instruction_set()
    {
        foreach (string set in TestDevices.InstructionSets)
        {
            using var device = TestDevices.Create(set, 3);
            Assert.Equal((set, 3), (device.InstructionSet, device.Threads));
        }
        using var standard = new Device();
        Assert.Equal(
            (TestDevices.InstructionSets.First(), Environment.ProcessorCount),
            (standard.InstructionSet, standard.Threads)
        );
    }

    [Fact]
    public void Options_that_are_impossible_are_named()
    {
        Assert.Contains(
            "-1 threads were asked for; give 1 to 1024",
            Assert.Throws<ArgumentException>(() => TestDevices.Create(threads: -1)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "5000 threads were asked for",
            Assert.Throws<ArgumentException>(() => TestDevices.Create(threads: 5000)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'sse9' is not an instruction set; known are avx512, avx2, vector128, scalar.",
            Assert.Throws<ArgumentException>(() => TestDevices.Create("sse9")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Tensors_are_made_of_values_zeros_or_one_number()
    {
        var device = TestDevices.Shared();
        Assert.Equal([1, 2, 3, 4], device.Tensor([1, 2, 3, 4], [2, 2]).ToArray());
        Assert.Equal([0, 0, 0], device.Zeros([3]).ToArray());
        Assert.Equal([7, 7], device.Full([1, 2], 7).ToArray());
        Assert.Equal(5, device.Tensor([5], []).ToScalar());
        Assert.Empty(device.Zeros([0, 3]).ToArray());
        Assert.Contains(
            "3 values were given for (2, 2), which holds 4.",
            Assert.Throws<ArgumentException>(() => device.Tensor([1, 2, 3], [2, 2])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_profile_counts_the_kernels_that_run_while_it_is_set()
    {
        using var device = TestDevices.Create();
        var x = device.Zeros([100]);
        Ops.Exp(x);
        var profile = device.Profile = new KernelProfile();
        for (int i = 0; i < 3; i++)
            Ops.Exp(x);
        Ops.Sum(x);
        device.Profile = null;
        Ops.Sum(x);
        Assert.Equal(
            [("MapKernels.Forward of Exp", 3), ("ReduceKernels.Rows of SumReduction", 1)],
            profile.Kernels.Select(k => (k.Kernel, k.Calls)).Order()
        );
        Assert.All(profile.Kernels, k => Assert.InRange(k.Seconds, 0, 1));
        profile.Clear();
        Assert.Empty(profile.Kernels);
    }

    [Fact]
    public void A_second_thread_is_refused_while_the_first_is_within_a_step()
    {
        using var device = TestDevices.Create();
        Exception? refusal = null;
        using (device.BeginStep())
        {
            var other = new Thread(() => refusal = Record.Exception(() => device.BeginStep().Dispose()));
            other.Start();
            other.Join();
        }
        Assert.StartsWith(
            "two threads use one device at the same time;",
            Assert.IsType<InvalidOperationException>(refusal).Message
        );
        var later = new Thread(() => refusal = Record.Exception(() => device.BeginStep().Dispose()));
        later.Start();
        later.Join();
        Assert.Null(refusal);
    }
}
