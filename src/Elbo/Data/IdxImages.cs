namespace Elbo.Data;

/// <summary>The content of an IDX image file.</summary>
/// <param name="Count">Number of images, at least one.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Columns of an image.</param>
/// <param name="Pixels">Intensities 0–255, (Count, Height, Width).</param>
public sealed record IdxImages(int Count, int Height, int Width, byte[] Pixels);
