using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Elbo.Tests.Figures;

/// <summary>
/// Reads the texts of a PDF as a viewer does: through the table of offsets, the page's fonts and their maps to Unicode.
/// </summary>
internal static class PdfReader
{
    public static IReadOnlyList<string> Texts(byte[] file)
    {
        string text = Encoding.Latin1.GetString(file);
        var objects = Objects(text);
        string page = objects.Single(o => o.Contains("/Type/Page/", StringComparison.Ordinal));
        string content = Inflate(objects[Reference(page, "/Contents") - 1]);
        var maps = Regex
            .Matches(page, @"/(F[RB]) (\d+) 0 R")
            .ToDictionary(
                m => m.Groups[1].Value,
                m =>
                    Map(
                        Inflate(
                            objects[
                                Reference(
                                    objects[int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture) - 1],
                                    "/ToUnicode"
                                ) - 1
                            ]
                        )
                    )
            );
        return
        [
            .. Regex
                .Matches(content, @"BT /(F[RB]) .*?<([0-9A-F]*)> Tj ET")
                .Select(m =>
                    string.Concat(m.Groups[2].Value.Chunk(4).Select(code => maps[m.Groups[1].Value][new string(code)]))
                ),
        ];
    }

    private static List<string> Objects(string file)
    {
        int table = int.Parse(
            Regex.Match(file, @"startxref\n(\d+)\n%%EOF\n$").Groups[1].Value,
            CultureInfo.InvariantCulture
        );
        Assert.StartsWith("xref\n", file[table..], StringComparison.Ordinal);
        var objects = new List<string>();
        foreach (Match entry in Regex.Matches(file[table..], @"(\d{10}) 00000 n \n"))
        {
            int start = int.Parse(entry.Groups[1].Value, CultureInfo.InvariantCulture);
            Assert.StartsWith($"{objects.Count + 1} 0 obj\n", file[start..], StringComparison.Ordinal);
            objects.Add(file[start..file.IndexOf("\nendobj\n", start, StringComparison.Ordinal)]);
        }
        return objects;
    }

    private static int Reference(string dictionary, string key) =>
        int.Parse(Regex.Match(dictionary, key + @" (\d+) 0 R").Groups[1].Value, CultureInfo.InvariantCulture);

    private static string Inflate(string stream)
    {
        int length = int.Parse(Regex.Match(stream, @"/Length (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        int start = stream.IndexOf("stream\n", StringComparison.Ordinal) + "stream\n".Length;
        using var zlib = new ZLibStream(
            new MemoryStream(Encoding.Latin1.GetBytes(stream, start, length)),
            CompressionMode.Decompress
        );
        using var reader = new StreamReader(zlib, Encoding.ASCII);
        return reader.ReadToEnd();
    }

    private static Dictionary<string, char> Map(string unicode) =>
        Regex
            .Matches(unicode, "<([0-9A-F]{4})><([0-9A-F]{4})>\n")
            .Skip(1)
            .ToDictionary(
                m => m.Groups[1].Value,
                m => (char)int.Parse(m.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            );
}
