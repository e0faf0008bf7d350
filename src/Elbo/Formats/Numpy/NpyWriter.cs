using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Elbo.Formats.Numpy;

/// <summary>Makes arrays in NumPy's .npy format, version 1: little-endian, the last axis varies fastest.</summary>
internal static class NpyWriter
{
    private const int Alignment = 64;

    /// <summary>An array of single-precision numbers.</summary>
    public static byte[] Bytes(ReadOnlySpan<float> values, params ReadOnlySpan<int> shape) =>
        Join("<f4", shape, LittleEndian(MemoryMarshal.AsBytes(values), sizeof(float)));

    /// <summary>An array of 64-bit integers with one axis.</summary>
    public static byte[] Bytes(ReadOnlySpan<long> values) =>
        Join("<i8", [values.Length], LittleEndian(MemoryMarshal.AsBytes(values), sizeof(long)));

    /// <summary>An array of texts with one axis. NumPy stores each as UTF-32, padded to the longest.</summary>
    public static byte[] Bytes(IReadOnlyList<string> texts)
    {
        int[] lengths = [.. texts.Select(text => Encoding.UTF32.GetByteCount(text))];
        int width = Math.Max(lengths.DefaultIfEmpty(0).Max(), sizeof(int));
        byte[] data = new byte[texts.Count * width];
        for (int i = 0; i < texts.Count; i++)
            Encoding.UTF32.GetBytes(texts[i], data.AsSpan(i * width, width));
        return Join($"<U{width / sizeof(int)}", [texts.Count], data);
    }

    private static byte[] LittleEndian(ReadOnlySpan<byte> values, int size)
    {
        byte[] bytes = values.ToArray();
        if (!BitConverter.IsLittleEndian)
            for (int at = 0; at < bytes.Length; at += size)
                bytes.AsSpan(at, size).Reverse();
        return bytes;
    }

    private static byte[] Join(string type, ReadOnlySpan<int> shape, byte[] data)
    {
        string text =
            $"{{'descr': '{type}', 'fortran_order': False, 'shape': {NumericArray.TextOf(shape.ToArray())}, }}";
        const int Before = 10;
        // The elements begin at a multiple of 64 bytes, after a line feed.
        int length = ((Before + text.Length + 1 + Alignment - 1) / Alignment * Alignment) - Before;
        byte[] file = new byte[Before + length + data.Length];
        ((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]).CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), (ushort)length);
        Encoding.ASCII.GetBytes((text.PadRight(length - 1) + "\n").AsSpan(), file.AsSpan(Before));
        data.CopyTo(file, Before + length);
        return file;
    }
}
