using SkiaSharp;

namespace Elbo.Workflows.Reports;

/// <summary>A picture of a run inside the page.</summary>
/// <param name="Source">A <c>data:</c> address.</param>
/// <param name="Bytes">Length of the picture, before it is written in Base64.</param>
/// <param name="Width">Pixels of the file, in which the page shows it; the embedded picture may have fewer.</param>
/// <param name="Height">As <paramref name="Width"/>.</param>
internal sealed record EmbeddedPicture(string Source, int Bytes, int Width, int Height)
{
    /// <summary>Of the lower qualities the one at which digits have no visible blocks.</summary>
    private const int WebpQuality = 50;

    /// <summary>So many pictures find the scale for all of them.</summary>
    private const int Probes = 6;

    private const double SmallestScale = 1e-3;

    /// <summary>
    /// Picture files as they are if they have at most <paramref name="mostBytes"/> together; otherwise all as WebP, at
    /// the one scale at which they do.
    /// </summary>
    /// <returns>
    /// A picture for each path; null where there is no such file, or none that can be read: a page without a picture is
    /// better than none.
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

    /// <summary>The <c>img</c> of this picture.</summary>
    /// <param name="alt">What the picture shows.</param>
    /// <param name="attributes">Further attributes, a space in front of each.</param>
    /// <param name="hidden">Whether the page begins without it.</param>
    public Html Image(string alt, Html attributes = default, bool hidden = false)
    {
        var size = Html.Of($"width=\"{Width}\" height=\"{Height}\"");
        var hide = new Html(hidden ? " hidden=\"\"" : "");
        return Html.Of($"<img src=\"{new Html(Source)}\" {size} alt=\"{alt}\"{attributes}{hide} />\n");
    }

    /// <summary>The pictures as WebP, at a smaller scale until they fit.</summary>
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
                    .Select(path => TryLoad(path, (_, bitmap) => (Webp(bitmap, current), "webp"))),
            ];
            double bytes = pictures.Sum(picture => (double)(picture?.Bytes ?? 0));
            if (bytes <= mostBytes || scale < SmallestScale)
                return pictures;
            // Bytes go with the area. What a smaller picture gains in detail by the pixel is left to the next round.
            scale *= Math.Min(0.95, Math.Sqrt(mostBytes / bytes));
        }
    }

    private static EmbeddedPicture? TryLoad(string path, Func<byte[], SKBitmap, (byte[] Data, string Type)> encode)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            byte[] file = File.ReadAllBytes(path);
            using var stream = new SKMemoryStream(file);
            using var codec = SKCodec.Create(stream);
            if (codec is null)
                return null;
            using var bitmap = new SKBitmap(codec.Info.Width, codec.Info.Height);
            if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) != SKCodecResult.Success)
                return null;
            var (data, type) = encode(file, bitmap);
            string source = $"data:image/{type};base64,{Convert.ToBase64String(data)}";
            return new EmbeddedPicture(source, data.Length, bitmap.Width, bitmap.Height);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[] Webp(SKBitmap bitmap, double scale)
    {
        var size = new SKSizeI(Math.Max(1, (int)(bitmap.Width * scale)), Math.Max(1, (int)(bitmap.Height * scale)));
        using var small = bitmap.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var data = small.Encode(SKEncodedImageFormat.Webp, WebpQuality);
        return data.ToArray();
    }
}
