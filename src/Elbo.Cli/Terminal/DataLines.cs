using Elbo.Data;

namespace Elbo.Cli.Terminal;

/// <summary>What is said while a dataset is got.</summary>
internal static class DataLines
{
    /// <summary>What is being done: <c>downloading x.gz</c>.</summary>
    public static string Title(DataProgress progress) =>
        $"{progress.Activity.ToString().ToLowerInvariant()} {progress.Name}";

    /// <summary>How far it is: <c>1.5 of 9.9 MB</c>.</summary>
    public static string Amount(DataProgress progress)
    {
        bool bytes = progress.Activity == DataActivity.Downloading;
        string total = progress.Total is { } all ? $" of {Number(all)}" : "";
        return $"{Number(progress.Done)}{total} {(bytes ? "MB" : "files")}";

        string Number(long amount) => bytes ? $"{amount / 1e6:F1}" : $"{amount:N0}";
    }
}
