using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Elbo.Formats;

/// <summary>The objects of a PDF document and the table that finds them; what they mean is the caller's.</summary>
/// <remarks>
/// ISO 32000-1, section 7.5. No dates and no random identifiers: the same objects give the same bytes.
/// </remarks>
internal sealed class PdfFile
{
    private readonly List<byte[]> _objects = [];

    /// <summary>Claims the number of an object whose content follows with <see cref="Set"/>.</summary>
    public int Reserve()
    {
        _objects.Add([]);
        return _objects.Count;
    }

    /// <summary>Gives a reserved object its content.</summary>
    public void Set(int number, string content) => _objects[number - 1] = Encoding.Latin1.GetBytes(content);

    /// <summary>Adds an object and returns its number.</summary>
    public int Add(string content)
    {
        int number = Reserve();
        Set(number, content);
        return number;
    }

    /// <summary>Adds a stream, deflated, and returns its number.</summary>
    /// <param name="entries">Of its dictionary, other than length and filter.</param>
    /// <param name="data">Before compression.</param>
    public int AddStream(string entries, ReadOnlySpan<byte> data)
    {
        using var body = new MemoryStream();
        using var deflated = new MemoryStream();
        using (var zlib = new ZLibStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(data);
        body.Write(Encoding.Latin1.GetBytes($"<<{entries}/Filter/FlateDecode/Length {deflated.Length}>>\nstream\n"));
        deflated.WriteTo(body);
        body.Write("\nendstream"u8);
        int number = Reserve();
        _objects[number - 1] = body.ToArray();
        return number;
    }

    /// <summary>The whole file, opened by the catalog object <paramref name="catalog"/>.</summary>
    public byte[] ToArray(int catalog, int information)
    {
        using var file = new MemoryStream();
        void Write(string text) => file.Write(Encoding.Latin1.GetBytes(text));

        // Four bytes above 127 tell transfer programs that the file is binary.
        Write("%PDF-1.5\n%\u00e2\u00e3\u00cf\u00d3\n");
        var table = new StringBuilder($"xref\n0 {_objects.Count + 1}\n0000000000 65535 f \n");
        for (int i = 0; i < _objects.Count; i++)
        {
            table.Append(file.Position.ToString("D10", CultureInfo.InvariantCulture)).Append(" 00000 n \n");
            Write($"{i + 1} 0 obj\n");
            file.Write(_objects[i]);
            Write("\nendobj\n");
        }
        long start = file.Position;
        Write(
            $"{table}trailer\n<</Size {_objects.Count + 1}/Root {catalog} 0 R/Info {information} 0 "
                + $"R>>\nstartxref\n{start}\n%%EOF\n"
        );
        return file.ToArray();
    }
}
