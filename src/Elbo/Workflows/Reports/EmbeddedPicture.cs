using Elbo.Imaging;

namespace Elbo.Workflows.Reports;

/// <summary>An image file embedded in the page.</summary>
/// <param name="Source">A <c>data:</c> address.</param>
/// <param name="Bytes">Size of the image before Base64 encoding, in bytes.</param>
/// <param name="Width">
/// Width of the original file in pixels, at which the page shows it. The embedded image may be smaller.
/// </param>
/// <param name="Height">Height of the original file in pixels.</param>
internal sealed record EmbeddedPicture(string Source, int Bytes, int Width, int Height)
{
    /// <summary>The lowest quality at which digits show no visible block artefacts.</summary>
    private const int WebpQuality = 50;

    /// <summary>The number of images from which the scale for all of them is determined.</summary>
    private const int Probes = 6;

    private const double SmallestScale = 1e-3;

    /// <summary>
    /// Embeds image files unchanged if their total size is at most <paramref name="mostBytes"/>; otherwise all as WebP,
    /// with a common scale at which they fit.
    /// </summary>
    /// <returns>
    /// One image per path; null if the file is missing or unreadable, because a page without an image is better than no
    /// page.
    /// </returns>
    public static IReadOnlyList<EmbeddedPicture?> LoadAll(IReadOnlyList<string> paths, int mostBytes)
    {
        if (paths.Where(File.Exists).Sum(path => new FileInfo(path).Length) <= mostBytes)
            return [.. paths.Select(path => TryLoad(path, (file, _) => (file, "png")))];
        double scale = 1;
        string[] probes = [.. Thinning.Evenly(paths.Count, Probes).Select(i => paths[i])];
        Reduce(probes, (double)mostBytes * probes.Length / paths.Count, ref scale);
        return Reduce(paths, mostBytes, ref scale);
    }

    /// <summary>The <c>img</c> element of this image.</summary>
    /// <param name="alt">Description of the image.</param>
    /// <param name="attributes">Further attributes, each preceded by a space.</param>
    /// <param name="hidden">Whether the image is initially hidden.</param>
    public Html Image(string alt, Html attributes = default, bool hidden = false)
    {
        var size = Html.Of($"width=\"{Width}\" height=\"{Height}\"");
        var hide = new Html(hidden ? " hidden=\"\"" : "");
        return Html.Of($"<img src=\"{new Html(Source)}\" {size} alt=\"{alt}\"{attributes}{hide} />\n");
    }

    /// <summary>Converts the images to WebP, with smaller scales until they fit.</summary>
    private static EmbeddedPicture?[] Reduce(IReadOnlyList<string> paths, double mostBytes, ref double scale)
    {
        while (true)
        {
            double current = scale;
            EmbeddedPicture?[] pictures =
            [
                .. paths
                    .AsParallel()
                    .AsOrdered()
                    .Select(path => TryLoad(path, (_, image) => (Webp(image, current), "webp"))),
            ];
            double bytes = pictures.Sum(picture => (double)(picture?.Bytes ?? 0));
            if (bytes <= mostBytes || scale < SmallestScale)
                return pictures;
            // Bytes grow with the area. Smaller images need more bytes per pixel, which the next round corrects.
            scale *= Math.Min(0.95, Math.Sqrt(mostBytes / bytes));
        }
    }

    private static byte[] Webp(DecodedImage image, double scale) => WebpEncoder.Encode(image, scale, WebpQuality);

    private static EmbeddedPicture? TryLoad(string path, Func<byte[], DecodedImage, (byte[] Data, string Type)> encode)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            byte[] file = ImageDecoder.ReadBytes(path);
            var image = ImageDecoder.Decode(file, path);
            var (data, type) = encode(file, image);
            string source = $"data:image/{type};base64,{Convert.ToBase64String(data)}";
            return new EmbeddedPicture(source, data.Length, image.Width, image.Height);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
