using Elbo.Data;

namespace Elbo.Tests.Data;

/// <summary>Keeps every report, at once and in order, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class ProgressLog(Action<DownloadProgress>? seen = null) : IProgress<DownloadProgress>
{
    public List<DownloadProgress> Reports { get; } = [];

    public void Report(DownloadProgress value)
    {
        Reports.Add(value);
        seen?.Invoke(value);
    }
}
