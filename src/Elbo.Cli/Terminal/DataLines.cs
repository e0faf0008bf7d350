using Elbo.Data;

namespace Elbo.Cli.Terminal;

/// <summary>Texts on the progress of getting a dataset.</summary>
internal static class DataLines
{
    /// <summary>The current activity: <c>downloading x.gz</c>.</summary>
    public static string Title(DataProgress progress) =>
        $"{progress.Activity.ToString().ToLowerInvariant()} {progress.Name}";

    /// <summary>The amount done: <c>1.5 of 9.9 MB</c>.</summary>
    public static string Amount(DataProgress progress)
    {
        bool bytes = progress.Activity == DataActivity.Downloading;
        string total = progress.Total is { } all ? $" of {Number(all)}" : "";
        return $"{Number(progress.Done)}{total} {(bytes ? "MB" : "files")}";

        string Number(long amount) => bytes ? $"{amount / 1e6:F1}" : $"{amount:N0}";
    }
}
