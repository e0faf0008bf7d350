using System.Globalization;
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

/// <summary>Pictures of images, each made once, on any threads.</summary>
internal sealed class ChosenPictures(ImageDataset images)
{
    private readonly Dictionary<int, string> _urls = [];

    /// <summary>The images.</summary>
    public ImageDataset Images => images;

    /// <summary>URLs and captions of images, in the order of choice.</summary>
    public IReadOnlyList<(string Url, string Caption)> Of(IReadOnlyList<int> chosen) =>
        [.. chosen.Select((i, k) => (Url(i), Caption(i, k)))];

    /// <summary>The URL of an image.</summary>
    public string Url(int index)
    {
        lock (_urls)
            return _urls.TryGetValue(index, out string? url) ? url : _urls[index] = PictureUrl.Of(images, index);
    }

    private string Caption(int index, int k) =>
        string.Create(CultureInfo.InvariantCulture, $"{k + 1}: {images.FileNames?[index] ?? $"index {index}"}");
}
