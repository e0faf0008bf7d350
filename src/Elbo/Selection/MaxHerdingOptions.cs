namespace Elbo.Selection;

/// <summary>Options of <see cref="MaxHerding"/>.</summary>
public sealed record MaxHerdingOptions
{
    /// <summary>
    /// h of the kernel exp(−‖x − x′‖² / 2h²), in units of the codes; null takes half the root mean square distance of
    /// two codes.
    /// </summary>
    public double? Bandwidth { get; init; }

    /// <summary>Checks the range.</summary>
    /// <exception cref="ArgumentException">The bandwidth is not positive.</exception>
    public void Validate()
    {
        if (Bandwidth is { } bandwidth && !(bandwidth > 0 && double.IsFinite(bandwidth)))
            throw new ArgumentException($"bandwidth is {bandwidth}; it must be a positive number.");
    }
}
