namespace Elbo.Tests.Data;

/// <summary>
/// A test that needs the real files of some datasets and is reported skipped, with the reason, where they are missing.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute(params string[] datasets)
    {
        string[] missing = [.. datasets.Where(dataset => RealData.Folder(dataset) is null)];
        if (missing.Length > 0)
            Skip =
                $"needs the files of {string.Join(" and ", missing)} under {RealData.Root ?? "a data folder"}; "
                + "set ELBO_DATA to a folder that has them.";
    }
}
