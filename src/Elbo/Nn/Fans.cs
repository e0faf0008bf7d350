using Elbo.Engine;

namespace Elbo.Nn;

/// <summary>
/// How many numbers one output of a layer is computed from, and how many outputs one input reaches: what the size of
/// first weights follows from.
/// </summary>
/// <param name="Inputs">The fan-in.</param>
/// <param name="Outputs">The fan-out.</param>
public readonly record struct Fans(int Inputs, int Outputs)
{
    /// <summary>Those of a weight (out, in); a vector's are 1 and its length.</summary>
    public static Fans Of(Shape weight) => new(weight.Count / weight[0], weight[0]);
}
