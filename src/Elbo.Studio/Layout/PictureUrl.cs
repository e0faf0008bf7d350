using Elbo.Data;
using Elbo.Figures;

namespace Elbo.Studio.Layout;

/// <summary>Images as <c>data:</c> URLs of PNG files, for the <c>src</c> of an <c>img</c> element.</summary>
internal static class PictureUrl
{
    /// <summary>An image of a dataset.</summary>
    public static string Of(ImageDataset images, int index) => Of(Bitmap.FromImage(images.Image(index), images.Shape));

    /// <summary>An image as intensities in [0, 1].</summary>
    public static string Of(ReadOnlySpan<float> image, ImageShape shape) => Of(Bitmap.FromImage(image, shape));

    /// <summary>A picture.</summary>
    public static string Of(Bitmap picture) => $"data:image/png;base64,{Convert.ToBase64String(picture.EncodePng())}";
}
