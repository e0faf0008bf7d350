namespace Elbo.Engine;

/// <summary>What a kernel is run for, in a <see cref="KernelProfile"/>.</summary>
public enum KernelCategory
{
    /// <summary>Products of the forward pass, with the bias and activation fused into them.</summary>
    MatrixForward,

    /// <summary>Products that give the gradient with respect to a layer's input.</summary>
    InputGradient,

    /// <summary>Products that give the gradient with respect to a layer's weights.</summary>
    WeightGradient,

    /// <summary>Everything done element by element or row by row: activations, losses, reductions, copies.</summary>
    Elementwise,

    /// <summary>The optimiser's pass over the parameters.</summary>
    Optimizer,

    /// <summary>Random numbers.</summary>
    Random,

    /// <summary>Images gathered from bytes.</summary>
    Batch,
}
