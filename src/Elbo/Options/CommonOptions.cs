namespace Elbo.Options;

/// <summary>Options shared by several commands, so that a name means the same everywhere.</summary>
internal static class CommonOptions
{
    public static OptionOf<T> Seed<T>(Func<T, ulong?> get, Func<T, ulong, T> set)
        where T : new() => OptionOf<T>.WholeNumber("seed", "seed of all random numbers", get, set);

    public static OptionOf<T> Threads<T>(Func<T, int?> get, Func<T, int, T> set)
        where T : new() =>
        OptionOf<T>.WholeNumber(
            "threads",
            "number of threads; 0 means one per processor. Results do not depend on it",
            get,
            set
        ) with
        {
            Range = OptionRange.Between(0, 1024),
        };

    public static OptionOf<T> Device<T>(Func<T, string?> get, Func<T, string, T> set)
        where T : new() =>
        OptionOf<T>.Device(
            "device",
            "device that computes: cpu; cuda, or cuda:N by number, for a GPU of NVIDIA; auto for a GPU if there is one. "
                + "'elbo devices' lists them",
            get,
            set
        ) with
        {
            ValueName = "NAME",
        };

    public static OptionOf<T> TensorFloat32<T>(Func<T, bool?> get, Func<T, bool, T> set)
        where T : new() =>
        OptionOf<T>.Flag(
            "tf32",
            "on a GPU, round the factors of matrix products to ten bits, which is faster and less accurate",
            get,
            set
        );

    public static OptionOf<T> DataDir<T>(Func<T, string?> get, Func<T, string, T> set)
        where T : new() =>
        OptionOf<T>.Folder(
            "data-dir",
            "folder with the dataset's files; by default $ELBO_DATA or the cache folder, else a download",
            get,
            set
        );

    /// <param name="what">Description of the file and of its default path.</param>
    /// <param name="get">Returns the path.</param>
    /// <param name="set">Returns the options with another path.</param>
    public static OptionOf<T> Output<T>(string what, Func<T, string?> get, Func<T, string, T> set)
        where T : new() => OptionOf<T>.Text("output", what, get, set) with { Letter = 'o', ValueName = "FILE" };

    public static OptionOf<T> Overwrite<T>(Func<T, bool?> get, Func<T, bool, T> set)
        where T : new() => OptionOf<T>.Flag("overwrite", "replace existing files", get, set);

    public static OptionOf<T> Perplexity<T>(Func<T, double?> get, Func<T, double, T> set)
        where T : new() =>
        OptionOf<T>.Number("perplexity", "for t-SNE: effective number of neighbours of each point", get, set) with
        {
            Range = OptionRange.Above(1),
        };
}
