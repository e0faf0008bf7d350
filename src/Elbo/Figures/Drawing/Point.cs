namespace Elbo.Figures.Drawing;

/// <summary>A place on a canvas in points, x to the right, y downwards; or in data, y upwards.</summary>
public readonly record struct Point(double X, double Y);
