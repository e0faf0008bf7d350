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

    /// <summary>URLs and captions of images, in the order of choice.</summary>
    public IReadOnlyList<(string Url, string Caption)> Of(IReadOnlyList<int> chosen) =>
        [.. chosen.Select((i, k) => (Picture(i), Caption(i, k)))];

    private string Picture(int index) =>
        _urls.TryGetValue(index, out string? url) ? url : _urls[index] = PictureUrl.Of(images, index);

    private string Caption(int index, int k) =>
        string.Create(CultureInfo.InvariantCulture, $"{k + 1}: {images.FileNames?[index] ?? $"index {index}"}");
}
