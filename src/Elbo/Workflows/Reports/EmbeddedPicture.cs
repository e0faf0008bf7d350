using Elbo.Data;
using Elbo.Figures;
using Elbo.Imaging;

namespace Elbo.Workflows.Reports;

/// <summary>A picture of a run as it lies in the page.</summary>
/// <param name="Source">A <c>data:</c> address.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal sealed record EmbeddedPicture(string Source, int Width, int Height)
{
    /// <summary>
    /// The PNG file at <paramref name="path"/>; if it is longer than <paramref name="mostBytes"/>, made smaller until
    /// it is not.
    /// </summary>
    /// <returns>
    /// Null where there is no such file, or none that can be read: a page without a picture is better than none.
    /// </returns>
    public static EmbeddedPicture? TryLoad(string path, int mostBytes)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            byte[] file = ImageDecoder.ReadBytes(path);
            var image = ImageDecoder.Decode(file, path);
            return file.Length <= mostBytes
                ? Of(file, image.Width, image.Height)
                : Shrink(image, file.Length, mostBytes);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The <c>img</c> of this picture.</summary>
    /// <param name="alt">What is to be seen.</param>
    /// <param name="attributes">Further attributes, a space in front of each.</param>
    public Html Image(string alt, string attributes = "") =>
        Html.Of(
            $"<img src=\"{new Html(Source)}\" width=\"{Width}\" height=\"{Height}\" alt=\"{alt}\"{new Html(attributes)} />\n"
        );

    private static EmbeddedPicture Shrink(DecodedImage image, int bytes, int mostBytes)
    {
        // Bytes go with the area. What a smaller picture gains in detail by the pixel is left to the next round.
        for (double scale = Math.Sqrt((double)mostBytes / bytes); ; scale *= 0.85)
        {
            var size = new ImageSize(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)));
            byte[] pixels = ImageResampler.Fit(image, size, image.Channels);
            byte[] file = Bitmap.FromImage(pixels, new ImageShape(image.Channels, size.Height, size.Width)).EncodePng();
            if (file.Length <= mostBytes || size is { Width: 1, Height: 1 })
                return Of(file, size.Width, size.Height);
        }
    }

    private static EmbeddedPicture Of(byte[] file, int width, int height) =>
        new("data:image/png;base64," + Convert.ToBase64String(file), width, height);
}
