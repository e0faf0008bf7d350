namespace Elbo.Tests.Data;

/// <summary>What a client asked a <see cref="MirrorServer"/> for.</summary>
/// <param name="Path">The address below the server.</param>
/// <param name="From">First byte asked for, or null for the whole.</param>
/// <param name="IfRange">The entity tag under which the range is wanted.</param>
internal sealed record MirrorRequest(string Path, long? From, string? IfRange);
