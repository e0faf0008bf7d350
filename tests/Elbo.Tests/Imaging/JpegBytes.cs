namespace Elbo.Tests.Imaging;

/// <summary>Three small JPEG files of 16×8 pixels: the left half of one colour, the right half of another.</summary>
internal static class JpegBytes
{
    /// <summary>40 and 200.</summary>
    public static byte[] Grey { get; } =
        Convert.FromBase64String(
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMU
            FRUVDA8XGBYUGBIUFRT/wAALCAAIABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAACAn/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oA
            CAEBAAA/AAotW//Z
            """
        );

    /// <summary>(200, 30, 60) and (20, 90, 220).</summary>
    public static byte[] Rgb { get; } =
        Convert.FromBase64String(
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMU
            FRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU
            FBQUFBQUFBT/wAARCAAIABADAREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAf/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QA
            FgEBAQEAAAAAAAAAAAAAAAAACAYJ/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AhSaN0PJlO//Z
            """
        );

    /// <summary>The same two colours as inks.</summary>
    public static byte[] Cmyk { get; } =
        Convert.FromBase64String(
            """
            /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUV
            FQwPFxgWFBgSFBUU/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAkIAP/EABQQAQAAAAAAAAAAAAAA
            AAAAAAD/2gAOBEMATQBZAEsAAD8AsAfSSipgfVAapn//2Q==
            """
        );
}
