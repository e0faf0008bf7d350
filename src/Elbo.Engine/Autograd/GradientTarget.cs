namespace Elbo.Engine.Autograd;

/// <summary>Where a backward pass writes an operand's gradient, and whether it adds to what is there.</summary>
internal readonly struct GradientTarget
{
    private GradientTarget(Tensor tensor, bool adds) => (Tensor, Adds) = (tensor, adds);

    public Tensor Tensor { get; }

    public bool Adds { get; }

    /// <summary>A target that is overwritten.</summary>
    public static GradientTarget Overwrite(Tensor tensor) => new(tensor, adds: false);

    /// <summary>
    /// The target for <paramref name="operand"/>, from now on counted as written. False if it asks for no gradient.
    /// </summary>
    public static bool TryOpen(Tensor operand, out GradientTarget target)
    {
        if (!operand.RequiresGradient)
        {
            target = default;
            return false;
        }
        if (operand.IsReplayed)
            throw new InvalidOperationException(
                $"a second gradient came to a result of shape {operand.Shape} whose operation was forgotten when "
                    + "the first had passed through; add the losses and call Backward once."
            );
        if (operand.Gradient is null || operand.Gradient.IsReleased)
        {
            operand.Gradient = operand.Device.Uninitialized(operand.Shape);
            operand.GradientIsSet = false;
        }
        target = new GradientTarget(operand.Gradient, operand.GradientIsSet);
        operand.GradientIsSet = true;
        return true;
    }
}
