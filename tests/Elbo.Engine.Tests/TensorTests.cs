namespace Elbo.Engine.Tests;

public class TensorTests
{
    private readonly Device _device = TestDevices.Shared();

    [Fact]
    public void A_view_is_the_same_memory()
    {
        var x = _device.Tensor([0, 1, 2, 3, 4, 5], [6]);
        var view = x.View(2, [2, 2]);
        Assert.Equal([2, 3, 4, 5], view.ToArray());
        view.AsSpan()[0] = 9;
        Assert.Equal(9, x.AsSpan()[2]);
        Assert.False(view.RequiresGradient);
    }

    [Fact]
    public void A_view_beyond_the_end_is_refused()
    {
        var x = _device.Zeros([6]);
        Assert.Contains(
            "(2, 2) from element 3 reaches beyond the 6 elements of (6).",
            Assert.Throws<ArgumentException>(() => x.View(3, [2, 2])).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => x.View(-1, [2]));
        Assert.Throws<ArgumentException>(() => x.View(int.MaxValue, [2]));
        Assert.Empty(x.View(6, [0]).ToArray());
    }

    [Fact]
    public void Elements_of_another_tensor_are_copied_whatever_its_shape_and_device()
    {
        using var other = new Device(new DeviceOptions { Threads = 1 });
        var x = _device.Zeros([6]);
        x.CopyFrom(_device.Tensor([0, 1, 2, 3, 4, 5], [2, 3]));
        Assert.Equal([0, 1, 2, 3, 4, 5], x.ToArray());
        x.View(2, [2]).CopyFrom(other.Tensor([7, 8], [2, 1]));
        Assert.Equal([0, 1, 7, 8, 4, 5], x.ToArray());
        Assert.StartsWith(
            "(2) was given for (6); the numbers of elements differ.",
            Assert.Throws<ArgumentException>(() => x.CopyFrom(_device.Zeros([2]))).Message
        );
    }

    [Fact]
    public void Only_a_single_element_is_a_scalar()
    {
        Assert.Equal(3, _device.Full([1, 1], 3).ToScalar());
        Assert.Equal(
            "(2) has 2 elements; a scalar has one.",
            Assert.Throws<InvalidOperationException>(() => _device.Zeros([2]).ToScalar()).Message
        );
        Assert.Throws<InvalidOperationException>(() => _device.Zeros([0]).ToScalar());
    }

    [Fact]
    public void A_gradient_buffer_of_another_shape_is_refused() =>
        Assert.Contains(
            "got a gradient of shape (3) for a tensor of shape (2).",
            Assert.Throws<ArgumentException>(() => _device.Zeros([2]).UseGradientBuffer(_device.Zeros([3]))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void It_prints_as_its_shape() => Assert.Equal("Tensor (2, 3)", _device.Zeros([2, 3]).ToString());
}
