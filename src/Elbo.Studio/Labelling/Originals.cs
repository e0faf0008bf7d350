using System.Text;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Formats;
using Elbo.Imaging;
using Elbo.Studio.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Elbo.Studio.Labelling;

/// <summary>Sends image files of the user's own, from the allowed folders, as they are.</summary>
internal static class Originals
{
    private const string Prefix = "/originals";

    /// <summary>Length in bytes from which a file is sent smaller.</summary>
    private const int Large = 16 << 20;

    /// <summary>Side in pixels of an image that is sent smaller, or that browsers cannot show.</summary>
    private const int Side = 1600;

    /// <summary>Formats that browsers show.</summary>
    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".jfif"] = "image/jpeg",
        [".jpe"] = "image/jpeg",
        [".webp"] = "image/webp",
        [".gif"] = "image/gif",
        [".bmp"] = "image/bmp",
    };

    /// <summary>The URL of the file of an image; null if there is none below an allowed folder.</summary>
    public static string? Url(ImageDataset images, int index, AllowedFolders folders)
    {
        if (images.FilePath(index) is not { } path || !IsImage(path) || !folders.Contains(path) || !File.Exists(path))
            return null;
        string full = folders.Require(path);
        string key = WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(full));
        return FormattableString.Invariant($"{Prefix}/{key}?v={File.GetLastWriteTimeUtc(full).Ticks}");
    }

    public static void Map(WebApplication app) =>
        app.MapGet(
            Prefix + "/{path}",
            (string path, AllowedFolders folders, HttpContext context) => Send(path, folders, context)
        );

    private static IResult Send(string key, AllowedFolders folders, HttpContext context)
    {
        try
        {
            string path = folders.Require(Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(key)));
            if (!IsImage(path) || !RegularFile.Require(path))
                return Results.NotFound();
            context.Response.Headers.CacheControl = "private, max-age=600";
            return Types.TryGetValue(Path.GetExtension(path), out string? type) && new FileInfo(path).Length < Large
                ? Results.File(path, type)
                : Results.Bytes(Smaller(path), "image/png");
        }
        catch (Exception e)
            when (e is FormatException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return Results.NotFound();
        }
    }

    private static bool IsImage(string path) =>
        ImageDecoder.Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static byte[] Smaller(string path)
    {
        var (image, _) = ImageDecoder.Read(path, new DecodeOptions { Target = new ImageSize(Side, Side) });
        double scale = Math.Min(1, (double)Side / Math.Max(image.Width, image.Height));
        var size = new ImageSize((int)Math.Max(1, image.Width * scale), (int)Math.Max(1, image.Height * scale));
        var shape = new ImageShape(image.Channels, size.Height, size.Width);
        return Bitmap.FromImage(ImageResampler.Fit(image, size, image.Channels), shape).EncodePng();
    }
}
