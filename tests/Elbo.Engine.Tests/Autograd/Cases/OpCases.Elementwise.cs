using Elbo.Engine.Autograd;
using static Elbo.Engine.Tests.ReferenceMath;

namespace Elbo.Engine.Tests.Autograd.Cases;

internal static partial class OpCases
{
    private static readonly Shape[] ElementwiseShapes =
    [
        [],
        [1],
        [3],
        [13],
        [37],
        [2, 2, 5, 1, 5],
        [1, 28, 28],
        [0],
    ];

    private static readonly Shape LargeShape = [37, 1001];

    /// <summary>Each activation's formula; the slope of LeakyRelu is 0.2.</summary>
    private static double Activated(double x, Activation activation) =>
        activation switch
        {
            Activation.None => x,
            Activation.Relu => Math.Max(x, 0),
            Activation.LeakyRelu => x > 0 ? x : 0.2f * x,
            Activation.Elu => x > 0 ? x : ExpMinusOne(x),
            Activation.Tanh => Math.Tanh(x),
            Activation.Sigmoid => Sigmoid(x),
            Activation.Softplus => Softplus(x),
            Activation.Silu => x * Sigmoid(x),
            Activation.Gelu => x * NormalCdf(x),
            _ => throw new ArgumentOutOfRangeException(nameof(activation)),
        };

    public static IEnumerable<OpCase> Elementwise()
    {
        IEnumerable<OpCase>[] families =
        [
            Map("Exp(Tensor)", -3, 3, Ops.Exp, Math.Exp),
            Map("Log(Tensor)", 0.05f, 4, Ops.Log, Math.Log),
            Map("Sqrt(Tensor)", 0.05f, 4, Ops.Sqrt, Math.Sqrt),
            Map("Square(Tensor)", -3, 3, Ops.Square, x => x * x),
            Map(
                "Clamp(Tensor, Single, Single)",
                -2,
                2,
                x => Ops.Clamp(x, -0.7f, 0.9f),
                x => Math.Clamp(x, -0.7f, 0.9f)
            ),
            Map("Affine(Tensor, Single, Single)", -2, 2, x => Ops.Affine(x, 1.7f, -0.3f), x => 1.7f * x - 0.3f),
            Map("LeakyRelu(Tensor, Single)", -2, 2, x => Ops.LeakyRelu(x), x => x > 0 ? x : 0.01f * x),
            Map("Relu(Tensor)", -2, 2, Ops.Relu, x => Activated(x, Activation.Relu)),
            Map("Elu(Tensor)", -4, 4, Ops.Elu, x => Activated(x, Activation.Elu)),
            Map("Tanh(Tensor)", -4, 4, Ops.Tanh, Math.Tanh),
            Map("Sigmoid(Tensor)", -8, 8, Ops.Sigmoid, Sigmoid),
            Map("Softplus(Tensor)", -8, 8, Ops.Softplus, Softplus),
            Map("Silu(Tensor)", -8, 8, Ops.Silu, x => Activated(x, Activation.Silu)),
            Map("Gelu(Tensor)", -5, 5, Ops.Gelu, x => Activated(x, Activation.Gelu)),
            .. Enum.GetValues<Activation>()
                .Select(a =>
                    Map("Activate(Tensor, Activation)", -3, 3, x => Ops.Activate(x, a), x => Activated(x, a), $"{a} ")
                ),
        ];
        return families.SelectMany(f => f);
    }

    private static IEnumerable<OpCase> Map(
        string method,
        float low,
        float high,
        Func<Tensor, Tensor> compute,
        Func<double, double> f,
        string detail = ""
    )
    {
        foreach (var shape in ElementwiseShapes)
            yield return Unary(method, $"{detail}{shape}", new(shape, low, high), compute, x => x.Map(f));
        yield return Unary(method, $"{detail}large", new(LargeShape, low, high), compute, x => x.Map(f)) with
        {
            IsLarge = true,
        };
    }
}
