using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd;

/// <summary>Wrong arguments are named, together with what is needed.</summary>
public class OpArgumentTests
{
    private static readonly Device Device = TestDevices.Shared();

    private static readonly (string Message, Action Call)[] Mistakes =
    [
        ("(2, 3) and (4) do not broadcast: 3 meets 4.", () => Ops.Add(Zeros(2, 3), Zeros(4))),
        ("(2, 3) does not broadcast to (3).", () => Ops.BroadcastTo(Zeros(2, 3), [3])),
        ("(1, 3) does not broadcast to (3).", () => Ops.BroadcastTo(Zeros(1, 3), [3])),
        ("the lower bound 2 is above the upper bound 1.", () => Ops.Clamp(Zeros(3), 2, 1)),
        ("not a known activation.", () => Ops.Activate(Zeros(3), (Activation)99)),
        ("(2, 3) and (3) came; MatMul needs two matrices.", () => Ops.MatMul(Zeros(2, 3), Zeros(3))),
        ("the product of (2, 3) and (2, 3) needs equal inner extents.", () => Ops.MatMul(Zeros(2, 3), Zeros(2, 3))),
        ("the product of (2, 3) transposed and (3, 2) needs equal inner extents.", () => Ops.MatMul(Zeros(2, 3), Zeros(3, 2), transposeA: true)),
        ("x is (32, 783); Linear needs (N, 784).", () => Ops.Linear(Zeros(32, 783), Zeros(5, 784), Zeros(5))),
        ("the weight has shape (5); Linear needs (out, in).", () => Ops.Linear(Zeros(3, 5), Zeros(5), Zeros(5))),
        ("the bias has shape (4); Linear needs (5).", () => Ops.Linear(Zeros(3, 7), Zeros(5, 7), Zeros(4))),
        ("x is (); Linear needs (N, 7).", () => Ops.Linear(Zeros(), Zeros(5, 7), Zeros(5))),
        ("(2, 3) has no axis 2.", () => Ops.Sum(Zeros(2, 3), 2)),
        ("(2, 3) has no axis -3.", () => Ops.Mean(Zeros(2, 3), -3)),
        ("() has no axis 0.", () => Ops.Max(Zeros(), 0)),
        ("(2, 3) has no axis 5.", () => Ops.Softmax(Zeros(2, 3), 5)),
        ("(2, 3) has no axis 5.", () => Ops.LogSoftmax(Zeros(2, 3), 5)),
        ("(2, 3) has no axis 5.", () => Ops.LogSumExp(Zeros(2, 3), 5)),
        ("() has no axis -1.", () => Ops.LogMeanExp(Zeros())),
        ("(2, 3) has 6 elements and cannot become (5), which has 5.", () => Ops.Reshape(Zeros(2, 3), [5])),
        ("(3) has no two dimensions to swap.", () => Ops.Transpose(Zeros(3))),
        ("[0, 0] is no order of the 2 dimensions of (2, 3).", () => Ops.Permute(Zeros(2, 3), 0, 0)),
        ("[0] is no order of the 2 dimensions of (2, 3).", () => Ops.Permute(Zeros(2, 3), 0)),
        ("entries 2 to 4 reach beyond the 3 along axis 1 of (2, 3).", () => Ops.Slice(Zeros(2, 3), 1, 2, 2)),
        ("entries -1 to 1 reach beyond the 3 along axis 1 of (2, 3).", () => Ops.Slice(Zeros(2, 3), 1, -1, 2)),
        ("there is nothing to put together.", () => Ops.Concat(0)),
        ("(2, 4) does not continue (2, 3) along axis 0.", () => Ops.Concat(0, Zeros(2, 3), Zeros(2, 4))),
        ("(3) does not continue (2, 3) along axis 1.", () => Ops.Concat(-1, Zeros(2, 3), Zeros(3))),
        ("(2, 3) has entries 0 to 1 along its first axis.", () => Ops.Gather(Zeros(2, 3), new[] { 0, 2 })),
        ("(2, 3) has entries 0 to 1 along its first axis.", () => Ops.Gather(Zeros(2, 3), new[] { -1 })),
        ("(3, 2) and (3, 4) do not broadcast: 2 meets 4.", () => Ops.CrossEntropyWithLogits(Zeros(3, 2), Zeros(3, 4))),
        ("scalars came; the sum runs along the last dimension, so there must be one.", () => Ops.SquaredError(Zeros(), Zeros())),
        ("weight (4) and bias (3) came with x (2, 3); LayerNorm needs (3) each.", () => Ops.LayerNorm(Zeros(2, 3), Zeros(4), Zeros(3))),
        ("a dropout rate lies in [0, 1).", () => Ops.Dropout(Zeros(3), 1, new Rng(1))),
        ("a dropout rate lies in [0, 1).", () => Ops.Dropout(Zeros(3), float.NaN, new Rng(1))),
        ("a probability lies between 0 and 1.", () => Ops.RandomBernoulli(Device, [3], 1.5f, new Rng(1))),
        ("(3) came beside parameters of shape (2); an update needs equal shapes.", () => ParameterUpdate.Sgd(Zeros(2), Zeros(3), Zeros(2), 1, 0, false, 0)),
    ];

    public static TheoryData<int, string> Messages
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (int i = 0; i < Mistakes.Length; i++) data.Add(i, Mistakes[i].Message);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_mistake_is_named(int index, string message)
    {
        using var step = Device.BeginStep();
        var error = Assert.ThrowsAny<ArgumentException>(() => Mistakes[index].Call());
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static Tensor Zeros(params int[] extents) => Device.Zeros(new Shape(extents));
}
