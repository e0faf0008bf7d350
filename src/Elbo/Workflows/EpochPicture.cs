namespace Elbo.Workflows;

/// <summary>A figure drawn after an epoch.</summary>
/// <param name="Name">Subject of the figure, such as <c>reconstruction</c>.</param>
/// <param name="Png">The bytes of a PNG file.</param>
public sealed record EpochPicture(string Name, ReadOnlyMemory<byte> Png);
