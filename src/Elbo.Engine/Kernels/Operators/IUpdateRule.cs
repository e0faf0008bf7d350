using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Kernels.Operators;

/// <summary>How an optimiser moves a parameter p with gradient g, element by element.</summary>
internal interface IUpdateRule
{
    /// <summary>How many numbers are remembered for each parameter: none to three.</summary>
    static abstract int States { get; }

    void Apply<V>(ref V p, V g, ref V s1, ref V s2, ref V s3)
        where V : unmanaged, ISimd<V>;
}
