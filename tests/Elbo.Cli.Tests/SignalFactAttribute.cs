using System.Globalization;

namespace Elbo.Cli.Tests;

/// <summary>A test that sends a signal, reported skipped where child processes cannot receive it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SignalFactAttribute : FactAttribute
{
    public SignalFactAttribute(int signal)
    {
        if (OperatingSystem.IsWindows())
            Skip = "Windows has no such signals.";
        else if (IsIgnored(signal))
            Skip = $"signal {signal} is ignored by this process and so by its children, as under nohup or a shell's &.";
    }

    private static bool IsIgnored(int signal)
    {
        const string Status = "/proc/self/status",
            Key = "SigIgn:";
        if (!File.Exists(Status))
            return false;
        string mask = File.ReadLines(Status)
            .First(line => line.StartsWith(Key, StringComparison.Ordinal))[Key.Length..]
            .Trim();
        return (ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) == 1;
    }
}
