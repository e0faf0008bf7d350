namespace Elbo.Workflows;

/// <summary>A picture that was drawn after an epoch.</summary>
/// <param name="Name">What it shows, such as <c>reconstruction</c>.</param>
/// <param name="Png">The bytes of a PNG file.</param>
public sealed record EpochPicture(string Name, ReadOnlyMemory<byte> Png);
