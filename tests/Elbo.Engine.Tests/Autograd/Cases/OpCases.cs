namespace Elbo.Engine.Tests.Autograd.Cases;

/// <summary>Every method of Ops in several shapes, at least one of them large.</summary>
internal static class OpCatalog
{
    public static IReadOnlyList<OpCase> All { get; } =
    [
        .. OpCases.Elementwise(),
        .. OpCases.Arithmetic(),
        .. OpCases.MatrixProducts(),
        .. OpCases.Convolution(),
        .. OpCases.Reductions(),
        .. OpCases.Shapes(),
        .. OpCases.Softmax(),
        .. OpCases.Densities(),
        .. OpCases.Normalization(),
        .. OpCases.Random(),
    ];

    private static readonly Dictionary<string, OpCase> ByName = All.ToDictionary(c => c.Name);

    public static OpCase Get(string name) => ByName[name];
}

/// <summary>Cases for every method of Ops, one family a file.</summary>
internal static partial class OpCases
{
    /// <summary>A case of one operand.</summary>
    private static OpCase Unary(
        string method,
        string detail,
        Operand x,
        Func<Tensor, Tensor> compute,
        Func<DoubleTensor, DoubleTensor> reference
    ) => new(method, detail, [x], (_, t) => compute(t[0]), d => reference(d[0]));

    /// <summary>A case of two operands.</summary>
    private static OpCase Binary(
        string method,
        string detail,
        Operand a,
        Operand b,
        Func<Tensor, Tensor, Tensor> compute,
        Func<DoubleTensor, DoubleTensor, DoubleTensor> reference
    ) => new(method, detail, [a, b], (_, t) => compute(t[0], t[1]), d => reference(d[0], d[1]));
}
