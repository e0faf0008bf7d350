using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd;

public class TapeTests
{
    private readonly Device _device = TestDevices.Shared();

    [Fact]
    public void Gradients_add_up_over_backward_passes_until_they_are_cleared()
    {
        var x = Leaf(3);
        x.UseGradientBuffer(_device.Full([], 100));
        float[] seen =
        [
            .. new[] { false, false, true, false }.Select(clears =>
            {
                if (clears)
                    x.ClearGradient();
                using var step = _device.BeginStep();
                _device.Tape.Backward(Ops.Sum(Ops.Square(x)));
                return x.Gradient!.ToScalar();
            }),
        ];
        Assert.Equal([6, 12, 6, 12], seen);
    }

    [Fact]
    public void Gradients_are_written_to_the_buffer_that_was_given()
    {
        var x = Leaf(1, 2, 3);
        var flat = _device.Full([5], 7);
        x.UseGradientBuffer(flat.View(1, [3]));
        using var step = _device.BeginStep();
        _device.Tape.Backward(Ops.Sum(Ops.Square(x)));
        Assert.Equal([7, 2, 4, 6, 7], flat.ToArray());
    }

    [Fact]
    public void A_gradient_that_ended_with_its_step_is_made_anew()
    {
        var x = Leaf(3);
        for (int pass = 0; pass < 2; pass++)
        {
            using var step = _device.BeginStep();
            _device.Tape.Backward(Ops.Sum(Ops.Square(x)));
            Assert.Equal(6, x.Gradient!.ToScalar());
        }
        Assert.Throws<ObjectDisposedException>(() => x.Gradient!.ToScalar());
    }

    [Fact]
    public void Nothing_is_recorded_while_paused()
    {
        var x = Leaf(3);
        using var step = _device.BeginStep();
        Tensor y;
        using (_device.Tape.Pause())
        using (_device.Tape.Pause())
            y = Ops.Square(x);
        Assert.False(y.RequiresGradient);
        Assert.True(Ops.Square(x).RequiresGradient);
    }

    [Fact]
    public void Gradients_do_not_flow_through_a_detached_tensor()
    {
        var x = Leaf(3);
        using var step = _device.BeginStep();
        var y = Ops.Square(x);
        _device.Tape.Backward(Ops.Sum(Ops.Multiply(y.Detach(), x)));
        Assert.Equal(9, x.Gradient!.ToScalar());
    }

    [Fact]
    public void A_comparison_passes_no_gradient_on()
    {
        var x = Leaf(3);
        using var step = _device.BeginStep();
        Assert.False(Ops.Less(x, _device.Full([], 4)).RequiresGradient);
    }

    [Fact]
    public void A_gradient_is_there_from_the_backward_pass_until_it_is_cleared_or_its_step_ends()
    {
        var x = Leaf(3);
        Assert.False(x.HasGradient);
        using (_device.BeginStep())
        {
            _device.Tape.Backward(Ops.Square(x));
            Assert.True(x.HasGradient);
            x.ClearGradient();
            Assert.False(x.HasGradient);
            _device.Tape.Backward(Ops.Square(x));
        }
        Assert.False(x.HasGradient);
    }

    [Fact]
    public void Intermediate_results_keep_no_gradient()
    {
        var x = Leaf(3);
        using var step = _device.BeginStep();
        var y = Ops.Square(x);
        _device.Tape.Backward(Ops.Sum(y));
        Assert.Null(y.Gradient);
    }

    [Fact]
    public void A_leaf_is_its_own_gradient()
    {
        var x = Leaf(3, 4);
        using var step = _device.BeginStep();
        var upstream = _device.Tensor([5, 6], [2]);
        _device.Tape.Backward(x, upstream);
        _device.Tape.Backward(x, upstream);
        Assert.Equal([10, 12], x.Gradient!.ToArray());
        Assert.Equal([5, 6], upstream.ToArray());
    }

    [Fact]
    public void Two_losses_that_share_no_result_can_be_taken_one_after_the_other()
    {
        Tensor x = Leaf(3),
            y = Leaf(5);
        using var step = _device.BeginStep();
        Tensor first = Ops.Sum(Ops.Square(x)),
            second = Ops.Sum(Ops.Multiply(x, y));
        _device.Tape.Backward(first);
        _device.Tape.Backward(second);
        Assert.Equal(6 + 5, x.Gradient!.ToScalar());
        Assert.Equal(3, y.Gradient!.ToScalar());
    }

    [Fact]
    public void A_second_gradient_through_a_forgotten_result_is_an_error_and_not_lost()
    {
        var x = Leaf(3);
        using var step = _device.BeginStep();
        var shared = Ops.Square(x);
        Tensor first = Ops.Sum(shared),
            second = Ops.Sum(Ops.Exp(shared));
        _device.Tape.Backward(first);
        Assert.Contains(
            "add the losses",
            Assert.Throws<InvalidOperationException>(() => _device.Tape.Backward(second)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<InvalidOperationException>(() => _device.Tape.Backward(first));
    }

    [Fact]
    public void A_backward_pass_in_an_inner_scope_leaves_the_outer_one_its_own()
    {
        Tensor x = Leaf(3),
            inner = Leaf(2);
        using var step = _device.BeginStep();
        var loss = Ops.Sum(Ops.Square(x));
        using (_device.BeginStep())
        {
            var unused = Ops.Exp(inner);
            _device.Tape.Backward(Ops.Sum(Ops.Square(inner)));
            Assert.Equal(4, inner.Gradient!.ToScalar());
        }
        _device.Tape.Backward(loss);
        Assert.Equal(6, x.Gradient!.ToScalar());
    }

    [Fact]
    public void A_result_of_the_outer_scope_passes_gradients_on_from_an_inner_one()
    {
        var x = Leaf(3);
        using var step = _device.BeginStep();
        var y = Ops.Square(x);
        using (_device.BeginStep())
            _device.Tape.Backward(Ops.Sum(Ops.Square(y)), _device.Full([], 1));
        Assert.Throws<ObjectDisposedException>(() => x.Gradient!.ToScalar()); // it was made within the inner scope
    }

    [Fact]
    public void What_Backward_cannot_take_is_named()
    {
        var x = Leaf(1, 2, 3);
        using var step = _device.BeginStep();
        Assert.Equal(
            "the loss has shape (3); a gradient is taken of a scalar. (Parameter 'loss')",
            Assert.Throws<ArgumentException>(() => _device.Tape.Backward(Ops.Exp(x))).Message
        );
        Assert.Equal(
            "the output depends on no tensor that asks for a gradient. (Parameter 'output')",
            Assert.Throws<ArgumentException>(() => _device.Tape.Backward(_device.Zeros([]))).Message
        );
        Assert.Equal(
            "got a gradient of shape (2) for an output of shape (3). (Parameter 'outputGradient')",
            Assert.Throws<ArgumentException>(() => _device.Tape.Backward(Ops.Exp(x), _device.Zeros([2]))).Message
        );
    }

    private Tensor Leaf(params float[] values)
    {
        var leaf = _device.Tensor(values, values.Length == 1 ? [] : [values.Length]);
        leaf.RequiresGradient = true;
        return leaf;
    }
}
