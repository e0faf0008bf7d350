namespace Elbo.Visualization;

/// <summary>An image and the words above it.</summary>
public sealed record ImagePanel(string Caption, Bitmap Image);
