namespace Elbo.Data;

/// <summary>Every dataset known by name: a file each, and one line here.</summary>
public static class DatasetCatalog
{
    /// <summary>All datasets; the first is the default.</summary>
    public static IReadOnlyList<DatasetSource> All { get; } =
    [
        new DigitsSource(),
        new MnistSource(),
        new FashionMnistSource(),
    ];

    /// <summary>The dataset called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static DatasetSource Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (All.FirstOrDefault(source => source.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found) return found;
        string[] names = [.. All.Select(source => source.Name)];
        string hint = NearestName.Find(name, names) is { } near ? $" Did you mean {near}?" : "";
        throw new ArgumentException($"there is no dataset '{name}'; there are {string.Join(", ", names)}.{hint}");
    }
}
