namespace Elbo.Imaging;

/// <summary>How the stored rows and columns of an image lie in the upright picture.</summary>
/// <param name="Exif">The EXIF and TIFF number, 1 to 8.</param>
/// <remarks>
/// Exif 3.0, tag Orientation; the numbers say on which sides of the picture row 0 and column 0 of the file lie.
/// </remarks>
internal readonly record struct Orientation(int Exif)
{
    /// <summary>Stored as it is seen.</summary>
    public static Orientation Upright => new(1);

    /// <summary>Whether stored rows are columns of the picture, so that width and height change places.</summary>
    public bool IsSideways => Exif >= 5;

    /// <summary>The orientation of a number found in a file; one that EXIF does not have counts as 1.</summary>
    public static Orientation FromFile(int number) => number is >= 1 and <= 8 ? new(number) : Upright;

    /// <summary>Width and height of the picture; of its stored size when called with the picture's.</summary>
    public (int Width, int Height) Turn(int width, int height) => IsSideways ? (height, width) : (width, height);

    /// <summary>
    /// The index in the picture, row by row, of the pixel stored at column <paramref name="x"/> of row
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
