using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Training.Optimizers;

/// <summary>Options of <see cref="Adam"/>, with the defaults of torch.optim.Adam.</summary>
public sealed record AdamOptions : OptimizerOptions
{
    /// <summary>AdamW with the defaults of torch.optim.AdamW: decoupled weight decay of 0.01.</summary>
    public static AdamOptions AdamW { get; } = new() { WeightDecay = 0.01f, DecoupledDecay = true };

    /// <summary>Decay rate of the first moment.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay rate of the second moment.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the square root of the second moment to avoid division by 0.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>
    /// Coefficient of the L2 penalty ½‖p‖², added to the gradient. With <see cref="DecoupledDecay"/>, the fraction
    /// subtracted from each parameter per step, multiplied by the learning rate.
    /// </summary>
    public float WeightDecay { get; init; }

    /// <summary>Whether weight decay is decoupled from the gradient (AdamW).</summary>
    public bool DecoupledDecay { get; init; }

    /// <summary>Whether to use the maximum of all second moments so far (AMSGrad).</summary>
    public bool AmsGrad { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        HyperParameter.RequireFraction(Beta1);
        HyperParameter.RequireFraction(Beta2);
        HyperParameter.RequirePositive(Epsilon);
        HyperParameter.RequireNotNegative(WeightDecay);
    }

    /// <inheritdoc/>
    public override Optimizer Create(ParameterSet parameters) => new Adam(parameters, this);
}

/// <summary>Adam: m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − lr·m̂ / (√v̂ + ε).</summary>
/// <remarks>
/// Kingma and Ba 2015; torch.optim.Adam. AdamW first computes p ← p − lr·decay·p: Loshchilov and Hutter 2019;
/// torch.optim.AdamW. AMSGrad: Reddi, Kale and Kumar 2018; torch.optim.Adam with amsgrad.
/// </remarks>
public sealed class Adam : Optimizer
{
    private readonly AdamOptions _options;
    private readonly Tensor _first;
    private readonly Tensor _second;
    private readonly Tensor? _largest;

    /// <summary>Creates an optimiser for <paramref name="parameters"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Adam(ParameterSet parameters, AdamOptions? options = null)
        : base(parameters)
    {
        _options = options ?? new AdamOptions();
        _options.Validate();
        _first = AddState("first_moment");
        _second = AddState("second_moment");
        _largest = _options.AmsGrad ? AddState("largest_second_moment") : null;
    }

    /// <inheritdoc/>
    protected override void Update(float learningRate) =>
        ParameterUpdate.Adam(
            Parameters.Values,
            Parameters.Gradients,
            _first,
            _second,
            _largest,
            Steps,
            learningRate,
            _options.Beta1,
            _options.Beta2,
            _options.Epsilon,
            _options.WeightDecay,
            _options.DecoupledDecay
        );
}

/// <summary>Options of <see cref="Adamax"/>, with the defaults of torch.optim.Adamax.</summary>
public sealed record AdamaxOptions : OptimizerOptions
{
    /// <summary>Decay rate of the first moment.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay rate of the infinity norm.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the magnitude of each gradient to avoid division by 0.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Coefficient of the L2 penalty ½‖p‖², added to the gradient.</summary>
    public float WeightDecay { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        HyperParameter.RequireFraction(Beta1);
        HyperParameter.RequireFraction(Beta2);
        HyperParameter.RequirePositive(Epsilon);
        HyperParameter.RequireNotNegative(WeightDecay);
    }

    /// <inheritdoc/>
    public override Optimizer Create(ParameterSet parameters) => new Adamax(parameters, this);
}

/// <summary>Adam with the infinity norm: m ← β₁m + (1 − β₁)g; u ← max(β₂u, |g| + ε); p ← p − lr·m̂ / u.</summary>
/// <remarks>Kingma and Ba 2015, section 7.1; torch.optim.Adamax.</remarks>
public sealed class Adamax : Optimizer
{
    private readonly AdamaxOptions _options;
    private readonly Tensor _first;
    private readonly Tensor _infinityNorm;

    /// <summary>Creates an optimiser for <paramref name="parameters"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Adamax(ParameterSet parameters, AdamaxOptions? options = null)
        : base(parameters)
    {
        _options = options ?? new AdamaxOptions();
        _options.Validate();
        _first = AddState("first_moment");
        _infinityNorm = AddState("infinity_norm");
    }

    /// <inheritdoc/>
    protected override void Update(float learningRate) =>
        ParameterUpdate.Adamax(
            Parameters.Values,
            Parameters.Gradients,
            _first,
            _infinityNorm,
            Steps,
            learningRate,
            _options.Beta1,
            _options.Beta2,
            _options.Epsilon,
            _options.WeightDecay
        );
}

/// <summary>Options of <see cref="RmsProp"/>, with the defaults of torch.optim.RMSprop.</summary>
public sealed record RmsPropOptions : OptimizerOptions
{
    /// <summary>Decay rate of the mean square.</summary>
    public float Alpha { get; init; } = 0.99f;

    /// <summary>Added to the root mean square to avoid division by 0.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Coefficient of the L2 penalty ½‖p‖², added to the gradient.</summary>
    public float WeightDecay { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        HyperParameter.RequireFraction(Alpha);
        HyperParameter.RequirePositive(Epsilon);
        HyperParameter.RequireNotNegative(WeightDecay);
    }

    /// <inheritdoc/>
    public override Optimizer Create(ParameterSet parameters) => new RmsProp(parameters, this);
}

/// <summary>RMSprop: v ← αv + (1 − α)g²; p ← p − lr·g / (√v + ε).</summary>
/// <remarks>Tieleman and Hinton 2012; torch.optim.RMSprop, not centred and without momentum.</remarks>
public sealed class RmsProp : Optimizer
{
    private readonly RmsPropOptions _options;
    private readonly Tensor _meanSquare;

    /// <summary>Creates an optimiser for <paramref name="parameters"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public RmsProp(ParameterSet parameters, RmsPropOptions? options = null)
        : base(parameters)
    {
        _options = options ?? new RmsPropOptions();
        _options.Validate();
        _meanSquare = AddState("mean_square");
    }

    /// <inheritdoc/>
    protected override void Update(float learningRate) =>
        ParameterUpdate.RmsProp(
            Parameters.Values,
            Parameters.Gradients,
            _meanSquare,
            learningRate,
            _options.Alpha,
            _options.Epsilon,
            _options.WeightDecay
        );
}

/// <summary>Options of <see cref="Sgd"/>, with the defaults of torch.optim.SGD.</summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>Momentum factor; 0 disables momentum.</summary>
    public float Momentum { get; init; }

    /// <summary>Whether to use Nesterov momentum. Requires momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Coefficient of the L2 penalty ½‖p‖², added to the gradient.</summary>
    public float WeightDecay { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        HyperParameter.RequireFraction(Momentum);
        HyperParameter.RequireNotNegative(WeightDecay);
        if (Nesterov && Momentum == 0)
            throw new ArgumentException(
                "Nesterov is on but Momentum is 0; give a momentum such as 0.9.",
                nameof(Momentum)
            );
    }

    /// <inheritdoc/>
    public override Optimizer Create(ParameterSet parameters) => new Sgd(parameters, this);
}

/// <summary>Stochastic gradient descent: v ← μv + g; p ← p − lr·v, or p − lr·(g + μv) with Nesterov momentum.</summary>
/// <remarks>torch.optim.SGD without dampening; Sutskever et al. 2013.</remarks>
public sealed class Sgd : Optimizer
{
    private readonly SgdOptions _options;
    private readonly Tensor _velocity;

    /// <summary>Creates an optimiser for <paramref name="parameters"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Sgd(ParameterSet parameters, SgdOptions? options = null)
        : base(parameters)
    {
        _options = options ?? new SgdOptions();
        _options.Validate();
        // Without momentum the velocity is scratch memory: no value reaches the next step, so nothing needs to be
        // saved.
        _velocity =
            _options.Momentum > 0 ? AddState("velocity") : parameters.Values.Device.Zeros(parameters.Values.Shape);
    }

    /// <inheritdoc/>
    protected override void Update(float learningRate) =>
        ParameterUpdate.Sgd(
            Parameters.Values,
            Parameters.Gradients,
            _velocity,
            learningRate,
            _options.Momentum,
            _options.Nesterov,
            _options.WeightDecay
        );
}
