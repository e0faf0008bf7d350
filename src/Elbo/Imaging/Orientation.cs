namespace Elbo.Imaging;

/// <summary>The transformation from the stored rows and columns of an image to the upright image.</summary>
/// <param name="Exif">The number in EXIF and TIFF, 1 to 8.</param>
/// <remarks>
/// Exif 3.0, tag Orientation. The number gives the sides of the upright image on which row 0 and column 0 of the file
/// lie.
/// </remarks>
internal readonly record struct Orientation(int Exif)
{
    /// <summary>No transformation.</summary>
    public static Orientation Upright => new(1);

    /// <summary>Whether stored rows are columns of the upright image, so that width and height are exchanged.</summary>
    public bool IsSideways => Exif >= 5;

    /// <summary>The orientation for a number in a file. Numbers that EXIF does not define count as 1.</summary>
    public static Orientation FromFile(int number) => number is >= 1 and <= 8 ? new(number) : Upright;

    /// <summary>Converts the stored size to the upright size, or the reverse.</summary>
    public (int Width, int Height) Turn(int width, int height) => IsSideways ? (height, width) : (width, height);

    /// <summary>
    /// The row-major index in the upright image of the pixel stored at column <paramref name="x"/> of row
    /// <paramref name="y"/>.
    /// </summary>
    /// <param name="x">The stored column.</param>
    /// <param name="y">The stored row.</param>
    /// <param name="width">The stored width.</param>
    /// <param name="height">The stored height.</param>
    public int Index(int x, int y, int width, int height)
    {
        int right = width - 1 - x,
            below = height - 1 - y;
        return Exif switch
        {
            2 => (y * width) + right,
            3 => (below * width) + right,
            4 => (below * width) + x,
            5 => (x * height) + y,
            6 => (x * height) + below,
            7 => (right * height) + below,
            8 => (right * height) + y,
            _ => (y * width) + x,
        };
    }
}
