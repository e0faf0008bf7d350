namespace Elbo.Cli.Tests;

/// <summary>
/// A test that needs the real files of a dataset and is reported skipped, with the reason, where they are missing.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute(string dataset)
    {
        if (!RealData.Has(dataset))
            Skip =
                $"needs the files of {dataset} under {RealData.Root ?? "a data folder"}; set ELBO_DATA to a "
                + "folder that has them.";
    }
}
