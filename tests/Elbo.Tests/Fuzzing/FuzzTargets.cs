namespace Elbo.Tests.Fuzzing;

/// <summary>All readers of files that come from outside.</summary>
internal static class FuzzTargets
{
    /// <summary>The targets by what they read.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        .. ModelTargets.All,
        .. ArrayTargets.All,
        .. TableTargets.All,
        .. DownloadTargets.All,
        .. ImageTargets.All,
        .. RunTargets.All,
        .. LabelTargets.All,
    ];

    /// <summary>The target of a name.</summary>
    public static FuzzTarget Get(string name) => All.Single(target => target.Name == name);
}
