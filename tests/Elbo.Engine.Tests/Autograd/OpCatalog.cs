namespace Elbo.Engine.Tests.Autograd;

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
