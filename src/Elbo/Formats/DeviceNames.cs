namespace Elbo.Formats;

/// <summary>Names of devices, which Windows takes for the device whatever their ending and case.</summary>
internal static class DeviceNames
{
    private static readonly HashSet<string> All = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(i => (string[])[$"COM{i}", $"LPT{i}"])],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Whether the name of a file or folder is that of a device.</summary>
    public static bool IsDevice(string name) => All.Contains(name.Split('.')[0].TrimEnd());
}
