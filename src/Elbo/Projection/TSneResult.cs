namespace Elbo.Projection;

/// <summary>Where <see cref="TSne"/> has put points in a plane.</summary>
/// <param name="Coordinates">(N, 2), row by row, their mean at the origin.</param>
/// <param name="Divergence">KL divergence of the plane's similarities from those of the points, in nats; the lower, the
/// better the neighbourhoods are kept.</param>
/// <param name="History">The divergence after every 50th iteration.</param>
public sealed record TSneResult(float[] Coordinates, double Divergence, IReadOnlyList<double> History);
