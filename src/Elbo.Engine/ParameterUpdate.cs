using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Operators;

namespace Elbo.Engine;

/// <summary>
/// Update steps of the optimisers, each in one pass over flat parameters, gradients and state. Formulas and defaults
/// are those of torch.optim.
/// </summary>
/// <remarks>
/// Each method throws an <see cref="ArgumentException"/> if shapes differ, the rate or another number is negative or not
/// finite, a decay rate is not in [0, 1), or the number of the step is less than 1.
/// </remarks>
public static class ParameterUpdate
{
    /// <summary>Stochastic gradient descent. <paramref name="velocity"/> holds the momentum, initially zeros.</summary>
    public static void Sgd(
        Tensor parameters,
        Tensor gradient,
        Tensor velocity,
        float rate,
        float momentum,
        bool nesterov,
        float weightDecay
    )
    {
        RequireNumber(rate);
        RequireFraction(momentum);
        RequireNumber(weightDecay);
        ArgumentNullException.ThrowIfNull(velocity);
        Apply(new SgdRule(rate, momentum, nesterov, weightDecay), parameters, gradient, velocity, null, null);
    }

    /// <summary>RMSprop (Tieleman and Hinton 2012). <paramref name="meanSquare"/> is initially zeros.</summary>
    public static void RmsProp(
        Tensor parameters,
        Tensor gradient,
        Tensor meanSquare,
        float rate,
        float alpha,
        float epsilon,
        float weightDecay
    )
    {
        RequireNumber(rate);
        RequireFraction(alpha);
        RequireNumber(epsilon);
        RequireNumber(weightDecay);
        ArgumentNullException.ThrowIfNull(meanSquare);
        Apply(new RmsPropRule(rate, alpha, epsilon, weightDecay), parameters, gradient, meanSquare, null, null);
    }

    /// <summary>
    /// Adam (Kingma and Ba 2015); AdamW with <paramref name="decoupled"/> weight decay (Loshchilov and Hutter 2019);
    /// AMSGrad if <paramref name="largest"/> is given (Reddi et al. 2018).
    /// </summary>
    /// <param name="parameters">Updated in place.</param>
    /// <param name="gradient">dL/d(parameters).</param>
    /// <param name="first">First moments, initially zeros.</param>
    /// <param name="second">Second moments, initially zeros.</param>
    /// <param name="largest">AMSGrad's maxima of the second moments, initially zeros; null for plain Adam.</param>
    /// <param name="step">Number of this step, counted from 1.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="beta1">Decay rate of the first moments.</param>
    /// <param name="beta2">Decay rate of the second moments.</param>
    /// <param name="epsilon">Added to the square root of the second moments.</param>
    /// <param name="weightDecay">
    /// Coefficient of the L2 penalty; if decoupled, the fraction subtracted from each parameter per unit of learning
    /// rate.
    /// </param>
    /// <param name="decoupled">
    /// Whether weight decay is applied to the parameters directly, not through the moments.
    /// </param>
    public static void Adam(
        Tensor parameters,
        Tensor gradient,
        Tensor first,
        Tensor second,
        Tensor? largest,
        long step,
        float rate,
        float beta1,
        float beta2,
        float epsilon,
        float weightDecay,
        bool decoupled
    )
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var constants = AdamConstants(step, rate, beta1, beta2, epsilon, weightDecay, decoupled);
        if (largest is null)
            Apply(new AdamRule(constants), parameters, gradient, first, second, null);
        else
            Apply(new AmsGradRule(constants), parameters, gradient, first, second, largest);
    }

    /// <summary>
    /// Adamax (Kingma and Ba 2015, section 7.1). Parameters as for <see cref="Adam"/>; <paramref name="infinityNorm"/>
    /// is initially zeros.
    /// </summary>
    public static void Adamax(
        Tensor parameters,
        Tensor gradient,
        Tensor first,
        Tensor infinityNorm,
        long step,
        float rate,
        float beta1,
        float beta2,
        float epsilon,
        float weightDecay
    )
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(infinityNorm);
        var constants = AdamConstants(step, rate, beta1, beta2, epsilon, weightDecay, decoupled: false);
        Apply(new AdamaxRule(constants), parameters, gradient, first, infinityNorm, null);
    }

    private static AdamStep AdamConstants(
        long step,
        float rate,
        float beta1,
        float beta2,
        float epsilon,
        float weightDecay,
        bool decoupled
    )
    {
        if (step < 1)
            throw new ArgumentOutOfRangeException(nameof(step), step, "steps are counted from 1.");
        RequireNumber(rate);
        RequireFraction(beta1);
        RequireFraction(beta2);
        RequireNumber(epsilon);
        RequireNumber(weightDecay);
        return new(
            (float)(rate / (1 - Math.Pow(beta1, step))),
            (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step))),
            beta1,
            beta2,
            epsilon,
            decoupled ? 0 : weightDecay,
            decoupled ? 1 - rate * weightDecay : 1
        );
    }

    private static void Apply<TRule>(TRule rule, Tensor parameters, Tensor gradient, Tensor? s1, Tensor? s2, Tensor? s3)
        where TRule : unmanaged, IUpdateRule
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradient);
        Check(parameters, gradient);
        Check(parameters, s1);
        Check(parameters, s2);
        Check(parameters, s3);
        UpdateKernels.Apply(rule, parameters, gradient, s1, s2, s3);
    }

    private static void RequireNumber(float value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= 0 && float.IsFinite(value)))
            throw new ArgumentOutOfRangeException(name, value, $"{name} is a finite number, 0 or more.");
    }

    private static void RequireFraction(float value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= 0 && value < 1))
            throw new ArgumentOutOfRangeException(name, value, $"{name} is at least 0 and below 1.");
    }

    private static void Check(Tensor parameters, Tensor? other)
    {
        if (other is not null && other.Shape != parameters.Shape)
            throw new ArgumentException(
                $"got {other.Shape} beside parameters of shape {parameters.Shape}; an update needs equal shapes."
            );
    }
}
