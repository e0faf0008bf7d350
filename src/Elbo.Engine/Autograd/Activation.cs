namespace Elbo.Engine.Autograd;

/// <summary>Nonlinearities between layers.</summary>
public enum Activation
{
    /// <summary>x</summary>
    None,

    /// <summary>max(x, 0)</summary>
    Relu,

    /// <summary>x above 0, 0.2·x below.</summary>
    LeakyRelu,

    /// <summary>x above 0, eˣ − 1 below.</summary>
    Elu,

    /// <summary>tanh x</summary>
    Tanh,

    /// <summary>1 / (1 + e⁻ˣ)</summary>
    Sigmoid,

    /// <summary>log(1 + eˣ)</summary>
    Softplus,

    /// <summary>x·sigmoid(x)</summary>
    Silu,

    /// <summary>x·Φ(x)</summary>
    Gelu,
}
