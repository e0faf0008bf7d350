using System.Text;
using Elbo.Data;
using Elbo.Data.Arrays;

namespace Elbo.Tests.Data.Arrays;

/// <summary>Files with arrays: those in the folder Files, and made ones.</summary>
internal static class ArrayFiles
{
    private static readonly DataLocation Nowhere = new([], System.IO.Path.GetTempPath(), Offline: true);

    /// <summary>A file that NumPy or Arrow has written.</summary>
    public static string Path(string name) =>
        System.IO.Path.Combine(AppContext.BaseDirectory, "Data", "Arrays", "Files", name);

    /// <summary>A .npy file.</summary>
    public static byte[] Npy(string type, string shape, byte[] data, bool fortran = false)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}\n";
        return
        [
            0x93,
            .. "NUMPY"u8,
            1,
            0,
            (byte)(header.Length % 256),
            (byte)(header.Length / 256),
            .. Encoding.ASCII.GetBytes(header),
            .. data,
        ];
    }

    /// <summary>Bytes 0, 1, 2, ….</summary>
    public static byte[] Count(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];

    public static DatasetSplits Load(string path, DatasetOptions? options = null, int threads = -1) =>
        new ArraysSource(threads).Load(Nowhere, (options ?? new DatasetOptions()) with { Images = path });

    public static void AssertRefused(string complaint, string path, DatasetOptions? options = null) =>
        Assert.StartsWith(complaint, Assert.Throws<InvalidDataException>(() => Load(path, options)).Message);
}
