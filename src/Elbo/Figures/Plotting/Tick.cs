namespace Elbo.Figures.Plotting;

/// <summary>A marked value of an axis and what is written at it.</summary>
public readonly record struct Tick(double Value, string Label);
