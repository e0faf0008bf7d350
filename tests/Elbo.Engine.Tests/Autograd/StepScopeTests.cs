using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd;

public class StepScopeTests
{
    private readonly Device _device = TestDevices.Shared();

    [Fact]
    public void A_tensor_used_after_its_step_says_so()
    {
        Tensor x;
        using (_device.BeginStep())
            x = _device.Zeros([2, 3]);
        var error = Assert.Throws<ObjectDisposedException>(() => x.ToArray());
        Assert.Contains(
            "a tensor of shape (2, 3) was used after the step that made it had ended; copy it out before.",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ObjectDisposedException>(() => Ops.Exp(x));
        Assert.Throws<ObjectDisposedException>(() => Ops.Add(_device.Zeros([3]), x));
        Assert.Throws<ObjectDisposedException>(() => x.Detach());
    }

    [Fact]
    public void Tensors_end_with_the_scope_that_they_were_made_in()
    {
        var before = _device.Full([3], 1);
        Tensor outer,
            inner,
            view;
        using (_device.BeginStep())
        {
            outer = _device.Full([3], 2);
            using (_device.BeginStep())
            {
                inner = _device.Full([3], 3);
                view = before.View(1, [2]);
            }
            Assert.Throws<ObjectDisposedException>(() => inner.AsSpan());
            Assert.Throws<ObjectDisposedException>(() => view.AsSpan());
            Assert.Equal([2, 2, 2], outer.ToArray());
        }
        Assert.Throws<ObjectDisposedException>(() => outer.AsSpan());
        Assert.Equal([1, 1, 1], before.ToArray());
    }

    [Fact]
    public void A_reshaped_tensor_shares_memory_and_ends_with_the_scope()
    {
        Tensor x,
            y;
        using (_device.BeginStep())
        {
            x = _device.Tensor([1, 2, 3, 4], [4]);
            y = Ops.Reshape(x, [2, 2]);
            x.AsSpan()[3] = 7;
            Assert.Equal(7, y.AsSpan()[3]);
        }
        Assert.Throws<ObjectDisposedException>(() => y.AsSpan());
    }

    [Fact]
    public void Buffers_of_a_step_are_handed_out_again()
    {
        using var device = TestDevices.Create();
        for (int step = 0; step < 10; step++)
        {
            using (device.BeginStep())
            {
                device.Zeros([1000]);
                device.Zeros([2000]);
            }
            // Size classes waste an eighth at most.
            Assert.InRange(device.TensorBytes, 3000 * sizeof(float), 3000 * sizeof(float) * 9 / 8);
        }
    }

    [Fact]
    public void What_was_recorded_ends_with_the_scope()
    {
        var x = _device.Full([], 3);
        x.RequiresGradient = true;
        Tensor loss;
        using (_device.BeginStep())
            loss = Ops.Square(x);
        Assert.Throws<ObjectDisposedException>(() => _device.Tape.Backward(loss));
    }
}
