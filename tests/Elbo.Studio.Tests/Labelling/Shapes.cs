using Elbo.Figures;

namespace Elbo.Studio.Tests.Labelling;

/// <summary>A folder with drawn images of three kinds: rows, columns and discs, at many places.</summary>
internal static class Shapes
{
    public const int PerKind = 16;
    public const int Side = 20;

    /// <summary>The kind of an image, as a person would call it, by the first letter of its file.</summary>
    public static string KindOf(string file) =>
        file[0] switch
        {
            'r' => "row",
            'c' => "column",
            _ => "disc",
        };

    /// <summary>Draws the images, three times as large as a model sees them, in colour.</summary>
    public static void Draw(string folder)
    {
        Directory.CreateDirectory(folder);
        for (int i = 0; i < PerKind; i++)
            foreach (char kind in "rcd")
            {
                int at = 12 + (i * 32 / PerKind);
                var picture = new Bitmap(3 * Side, 3 * Side, 3);
                for (int y = 0; y < picture.Height; y++)
                for (int x = 0; x < picture.Width; x++)
                {
                    bool inside = kind switch
                    {
                        'r' => Math.Abs(y - at) < 7,
                        'c' => Math.Abs(x - at) < 7,
                        _ => ((x - 30) * (x - 30)) + ((y - at) * (y - at)) < 200,
                    };
                    for (int c = 0; c < 3; c++)
                        picture[x, y, c] = (byte)(inside ? 255 - (40 * c) - i : 10 + i);
                }
                picture.SavePng(Path.Combine(folder, $"{kind}{i:D2}.png"));
            }
    }
}
