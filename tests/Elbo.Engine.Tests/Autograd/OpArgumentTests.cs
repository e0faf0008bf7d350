using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd;

/// <summary>Wrong arguments are named, together with what is needed.</summary>
public class OpArgumentTests
{
    private static readonly Device Device = TestDevices.Shared();

    private static readonly ConvolutionOptions Last = new() { Layout = ImageLayout.ChannelsLast };

    private static readonly (string Message, Action Call)[] Mistakes =
    [
        ("(2, 3) and (4) do not broadcast: 3 meets 4.", () => Ops.Add(Zeros(2, 3), Zeros(4))),
        ("(2, 3) does not broadcast to (3).", () => Ops.BroadcastTo(Zeros(2, 3), [3])),
        ("(1, 3) does not broadcast to (3).", () => Ops.BroadcastTo(Zeros(1, 3), [3])),
        ("the lower bound 2 is above the upper bound 1.", () => Ops.Clamp(Zeros(3), 2, 1)),
        ("not a known activation.", () => Ops.Activate(Zeros(3), (Activation)99)),
        ("got (2, 3) and (3); MatMul needs two matrices.", () => Ops.MatMul(Zeros(2, 3), Zeros(3))),
        ("the product of (2, 3) and (2, 3) needs equal inner extents.", () => Ops.MatMul(Zeros(2, 3), Zeros(2, 3))),
        (
            "the product of (2, 3) transposed and (3, 2) needs equal inner extents.",
            () => Ops.MatMul(Zeros(2, 3), Zeros(3, 2), transposeA: true)
        ),
        ("x is (32, 783); Linear needs (N, 784).", () => Ops.Linear(Zeros(32, 783), Zeros(5, 784), Zeros(5))),
        ("the weight has shape (5); Linear needs (out, in).", () => Ops.Linear(Zeros(3, 5), Zeros(5), Zeros(5))),
        ("the bias has shape (4); Linear needs (5).", () => Ops.Linear(Zeros(3, 7), Zeros(5, 7), Zeros(4))),
        ("x is (); Linear needs (N, 7).", () => Ops.Linear(Zeros(), Zeros(5, 7), Zeros(5))),
        (
            "x is (2, 3, 4) and the kernel (5, 3, 1, 1); Conv2d needs four dimensions each.",
            () => Ops.Conv2d(Zeros(2, 3, 4), Zeros(5, 3, 1, 1), null, new())
        ),
        (
            "x is (2, 3, 4, 4) and the kernel (5, 3); ConvTranspose2d needs four dimensions each.",
            () => Ops.ConvTranspose2d(Zeros(2, 3, 4, 4), Zeros(5, 3), null, new())
        ),
        ("the stride is 0; it must be from 1 to 32767.", () => Conv2d(new() { Stride = 0 })),
        ("the stride is -1; it must be from 1 to 32767.", () => ConvTranspose2d(new() { Stride = -1 })),
        ("the padding is -1; it must be from 0 to 32767.", () => Conv2d(new() { Padding = -1 })),
        ("the padding is -2; it must be from 0 to 32767.", () => ConvTranspose2d(new() { Padding = -2 })),
        ("'2' is not a known layout.", () => Conv2d(new() { Layout = (ImageLayout)2 })),
        ("'-1' is not a known layout.", () => ConvTranspose2d(new() { Layout = (ImageLayout)(-1) })),
        (
            "output padding is 1; only a transposed convolution has one.",
            () => Conv2d(new() { Stride = 2, OutputPadding = 1 })
        ),
        (
            "output padding is 2; it must be 0 or more and below the stride, which is 2.",
            () => ConvTranspose2d(new() { Stride = 2, OutputPadding = 2 })
        ),
        (
            "output padding is -1; it must be 0 or more and below the stride, which is 1.",
            () => ConvTranspose2d(new() { OutputPadding = -1 })
        ),
        ("the kernel (5, 3, 0, 2) is empty.", () => Ops.Conv2d(Zeros(2, 3, 4, 4), Zeros(5, 3, 0, 2), null, new())),
        (
            "the kernel (0, 5, 2, 2) is empty.",
            () => Ops.ConvTranspose2d(Zeros(2, 0, 4, 4), Zeros(0, 5, 2, 2), null, new())
        ),
        (
            "x (2, 3, 4, 6) has 3 channels and the kernel (3, 4, 2, 2) 4; Conv2d needs as many.",
            () => Ops.Conv2d(Zeros(2, 3, 4, 6), Zeros(3, 4, 2, 2), null, new())
        ),
        (
            "x (2, 3, 4, 6) has 6 channels and the kernel (2, 2, 4, 6) 4; Conv2d needs as many.",
            () => Ops.Conv2d(Zeros(2, 3, 4, 6), Zeros(2, 2, 4, 6), null, Last)
        ),
        (
            "x (2, 3, 4, 6) has 3 channels and the kernel (4, 3, 2, 2) 4; ConvTranspose2d needs as many.",
            () => Ops.ConvTranspose2d(Zeros(2, 3, 4, 6), Zeros(4, 3, 2, 2), null, new())
        ),
        (
            "x (2, 3, 4, 6) has 6 channels and the kernel (2, 2, 6, 4) 4; ConvTranspose2d needs as many.",
            () => Ops.ConvTranspose2d(Zeros(2, 3, 4, 6), Zeros(2, 2, 6, 4), null, Last)
        ),
        (
            "the bias has shape (3); Conv2d needs (5).",
            () => Ops.Conv2d(Zeros(2, 3, 4, 4), Zeros(5, 3, 2, 2), Zeros(3), new())
        ),
        (
            "the bias has shape (1, 5); ConvTranspose2d needs (5).",
            () => Ops.ConvTranspose2d(Zeros(2, 3, 4, 4), Zeros(3, 5, 2, 2), Zeros(1, 5), new())
        ),
        (
            "a window of 3×7 does not fit into images of 4×4 with a padding of 1.",
            () => Ops.Conv2d(Zeros(2, 3, 4, 4), Zeros(5, 3, 3, 7), null, new() { Padding = 1 })
        ),
        (
            "a window of 3×3 does not fit into images of 0×4 with a padding of 0.",
            () => Ops.Conv2d(Zeros(2, 3, 0, 4), Zeros(5, 3, 3, 3), null, new() { Same = true })
        ),
        (
            "maps of 1×2 under windows of 2×2 with a padding of 1 leave no image.",
            () => Ops.ConvTranspose2d(Zeros(2, 3, 1, 2), Zeros(3, 5, 2, 2), null, new() { Padding = 1 })
        ),
        (
            "x is (2, 3, 4); BatchNorm needs (N, C) or images of four dimensions.",
            () => BatchNorm(Zeros(2, 3, 4), 3, 3, 3, 3)
        ),
        (
            "'2' is not a known layout.",
            () => Ops.BatchNorm(Zeros(2, 3), Zeros(3), Zeros(3), Zeros(3), Zeros(3), true, layout: (ImageLayout)2)
        ),
        (
            "not a known activation.",
            () => Ops.BatchNorm(Zeros(2, 3), Zeros(3), Zeros(3), Zeros(3), Zeros(3), true, activation: (Activation)99)
        ),
        ("the weight has shape (4) and x (2, 3); BatchNorm needs (3).", () => BatchNorm(Zeros(2, 3), 4, 3, 3, 3)),
        (
            "the bias has shape (4) and x (2, 3, 4, 5); BatchNorm needs (3).",
            () => BatchNorm(Zeros(2, 3, 4, 5), 3, 4, 3, 3)
        ),
        (
            "the running mean has shape (3) and x (2, 3, 4, 5); BatchNorm needs (5).",
            () => BatchNorm(Zeros(2, 3, 4, 5), 5, 5, 3, 5, ImageLayout.ChannelsLast)
        ),
        (
            "the running variance has shape (1) and x (2, 3); BatchNorm needs (3).",
            () => BatchNorm(Zeros(2, 3), 3, 3, 3, 1)
        ),
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
        (
            "got scalars; the sum runs along the last dimension, so there must be one.",
            () => Ops.SquaredError(Zeros(), Zeros())
        ),
        (
            "got weight (4) and bias (3) with x (2, 3); LayerNorm needs (3) each.",
            () => Ops.LayerNorm(Zeros(2, 3), Zeros(4), Zeros(3))
        ),
        ("a dropout rate lies in [0, 1).", () => Ops.Dropout(Zeros(3), 1, new Rng(1))),
        ("a dropout rate lies in [0, 1).", () => Ops.Dropout(Zeros(3), float.NaN, new Rng(1))),
        ("a probability lies between 0 and 1.", () => Ops.RandomBernoulli(Device, [3], 1.5f, new Rng(1))),
        (
            "got (3) beside parameters of shape (2); an update needs equal shapes.",
            () => ParameterUpdate.Sgd(Zeros(2), Zeros(3), Zeros(2), 1, 0, false, 0)
        ),
    ];

    public static TheoryData<int, string> Messages
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (int i = 0; i < Mistakes.Length; i++)
                data.Add(i, Mistakes[i].Message);
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

    [Fact]
    public void What_is_missing_is_named()
    {
        using var step = Device.BeginStep();
        Tensor x = Zeros(2, 3, 4, 4),
            kernel = Zeros(3, 3, 2, 2),
            three = Zeros(3);
        Assert.Throws<ArgumentNullException>("x", () => Ops.Conv2d(null!, kernel, null, new()));
        Assert.Throws<ArgumentNullException>("weight", () => Ops.Conv2d(x, null!, null, new()));
        Assert.Throws<ArgumentNullException>("options", () => Ops.Conv2d(x, kernel, null, null!));
        Assert.Throws<ArgumentNullException>("x", () => Ops.ConvTranspose2d(null!, kernel, null, new()));
        Assert.Throws<ArgumentNullException>("weight", () => Ops.ConvTranspose2d(x, null!, null, new()));
        Assert.Throws<ArgumentNullException>("options", () => Ops.ConvTranspose2d(x, kernel, null, null!));
        Assert.Throws<ArgumentNullException>("x", () => Ops.BatchNorm(null!, three, three, three, three, true));
        Assert.Throws<ArgumentNullException>("weight", () => Ops.BatchNorm(x, null!, three, three, three, true));
        Assert.Throws<ArgumentNullException>("bias", () => Ops.BatchNorm(x, three, null!, three, three, true));
        Assert.Throws<ArgumentNullException>("runningMean", () => Ops.BatchNorm(x, three, three, null!, three, true));
        Assert.Throws<ArgumentNullException>(
            "runningVariance",
            () => Ops.BatchNorm(x, three, three, three, null!, true)
        );
    }

    private static Tensor Conv2d(ConvolutionOptions options) =>
        Ops.Conv2d(Zeros(2, 3, 4, 4), Zeros(5, 3, 2, 2), null, options);

    private static Tensor ConvTranspose2d(ConvolutionOptions options) =>
        Ops.ConvTranspose2d(Zeros(2, 3, 4, 4), Zeros(3, 5, 2, 2), null, options);

    private static Tensor BatchNorm(
        Tensor x,
        int weight,
        int bias,
        int mean,
        int variance,
        ImageLayout layout = ImageLayout.ChannelsFirst
    ) => Ops.BatchNorm(x, Zeros(weight), Zeros(bias), Zeros(mean), Zeros(variance), training: true, layout: layout);

    private static Tensor Zeros(params int[] extents) => Device.Zeros(new Shape(extents));
}
