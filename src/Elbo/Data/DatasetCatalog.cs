using Elbo.Data.Digits;
using Elbo.Data.Idx;

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
        new Cifar10Source(),
        new FreySource(),
        new ImageFolderSource(),
    ];

    /// <summary>The dataset called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static DatasetSource Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(source => source.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw NearestName.Unknown("dataset", name, [.. All.Select(source => source.Name)]);
    }
}
