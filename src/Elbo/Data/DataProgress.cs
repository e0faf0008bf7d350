namespace Elbo.Data;

/// <summary>How far getting a dataset is.</summary>
/// <param name="Activity">What is being done.</param>
/// <param name="Name">The file, or for <see cref="DataActivity.Reading"/> the folder, that it is done with.</param>
/// <param name="Done">How much is done, in the activity's unit; of a download, those bytes included that an earlier,
/// interrupted attempt left.</param>
/// <param name="Total">How much there is, or null where nobody says.</param>
public readonly record struct DataProgress(DataActivity Activity, string Name, long Done, long? Total);
