using Elbo.Data.Arrays;
using Elbo.Data.Digits;
using Elbo.Data.Folder;
using Elbo.Data.Idx;

namespace Elbo.Data;

/// <summary>All datasets by name. To add one, write its class and add a line here.</summary>
public static class DatasetCatalog
{
    /// <summary>All datasets; the first is the default.</summary>
    public static IReadOnlyList<DatasetSource> All { get; } =
    [
        new DigitsSource(),
        new MnistSource(),
        new FashionMnistSource(),
        new KuzushijiMnistSource(),
        new EmnistLettersSource(),
        new EmnistBalancedSource(),
        new EmnistDigitsSource(),
        new Cifar10Source(),
        new Cifar100Source(),
        new FreySource(),
        new BinarizedMnistSource(),
        new ImageFolderSource(),
        new ArraysSource(),
    ];

    /// <summary>Returns the dataset called <paramref name="name"/>, ignoring case.</summary>
    /// <exception cref="ArgumentException">The name is unknown. The message lists the known ones.</exception>
    public static DatasetSource Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(source => source.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw NearestName.Unknown("dataset", name, [.. All.Select(source => source.Name)]);
    }
}
