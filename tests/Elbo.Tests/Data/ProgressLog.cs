using Elbo.Data;

namespace Elbo.Tests.Data;

/// <summary>Keeps every report, at once and in order, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class ProgressLog(Action<DataProgress>? seen = null) : IProgress<DataProgress>
{
    public List<DataProgress> Reports { get; } = [];

    public void Report(DataProgress value)
    {
        Reports.Add(value);
        seen?.Invoke(value);
    }
}
