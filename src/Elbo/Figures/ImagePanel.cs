namespace Elbo.Figures;

/// <summary>An image and the words above it.</summary>
public sealed record ImagePanel(string Caption, Bitmap Image);
