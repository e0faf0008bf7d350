using System.Globalization;
using Elbo.Data;
using Elbo.Studio.Layout;

namespace Elbo.Studio.Labelling;

/// <summary>Pictures of chosen images, each made once.</summary>
internal sealed class ChosenPictures(ImageDataset images)
{
    private readonly Dictionary<int, string> _urls = [];

    /// <summary>The images.</summary>
    public ImageDataset Images => images;

    /// <summary>An image as a URL.</summary>
    public string Picture(int index) =>
        _urls.TryGetValue(index, out string? url) ? url : _urls[index] = PictureUrl.Of(images, index);

    /// <summary>What stands below the image that was chosen as number <paramref name="k"/>, from 0.</summary>
    public string Caption(int index, int k) =>
        string.Create(CultureInfo.InvariantCulture, $"{k + 1}: {images.FileNames?[index] ?? $"index {index}"}");
}
