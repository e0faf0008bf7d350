namespace Elbo.Formats;

/// <summary>Latent codes as a file has them.</summary>
/// <param name="Codes">(N, Z), row by row.</param>
/// <param name="Dimensions">Z.</param>
/// <param name="Categories">The name of each code's class; empty where the images have none.</param>
public sealed record LatentTable(float[] Codes, int Dimensions, IReadOnlyList<string> Categories);
