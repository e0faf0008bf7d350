using System.Globalization;

namespace Elbo.Data;

/// <summary>The classes of a labelled dataset that a run is trained on; all without a choice.</summary>
/// <param name="Only">The classes to keep, by name or number; null if not given.</param>
/// <param name="Without">The classes to leave out; null if not given.</param>
internal sealed record ClassFilter(IReadOnlyList<string>? Only, IReadOnlyList<string>? Without)
{
    private const string OnlyOption = "only-classes";
    private const string WithoutOption = "without-classes";

    /// <summary>Maximum number of names in a message.</summary>
    private const int MostNames = 30;

    /// <summary>Whether all classes are kept, so that the images need no labels.</summary>
    public bool IsNone => Only is null && Without is null;

    private string Option => Only is null ? WithoutOption : OnlyOption;

    private IReadOnlyList<string> Given => Only ?? Without ?? [];

    /// <summary>Checks the options without the images.</summary>
    /// <exception cref="ArgumentException">Both options are given, or a list is empty.</exception>
    public void Validate()
    {
        if (Only is not null && Without is not null)
            throw new ArgumentException(
                $"{OnlyOption} and {WithoutOption} were both given; each says on which classes to train. Give one."
            );
        if (!IsNone && Given.Count == 0)
            throw new ArgumentException($"{Option} is empty; give names or numbers of classes.");
    }

    /// <summary>Whether each class is kept.</summary>
    /// <param name="names">The names of the dataset's classes.</param>
    /// <exception cref="ArgumentException">A class does not exist.</exception>
    public bool[] Keeps(IReadOnlyList<string> names)
    {
        var given = Find(Option, Given, names);
        return [.. Enumerable.Range(0, names.Count).Select(c => IsNone || given.Contains(c) == Only is not null)];
    }

    /// <summary>
    /// Leaves out the training and validation images of other classes. Test images stay, and classes keep their
    /// numbers.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The images have no labels, a class does not exist, or no training image is left.
    /// </exception>
    public DatasetSplits Apply(DatasetSplits data)
    {
        if (IsNone)
            return data;
        var train = Apply(data.Train, "training");
        if (train.Count == 0)
            throw new ArgumentException(
                $"{Option} {string.Join(',', Given)} leaves none of the {data.Train.Count:N0} training images of "
                    + $"{data.Train.Name}."
            );
        var validation = data.Validation is { } own ? Apply(own, "validation") : null;
        return data with { Train = train, Validation = validation is { Count: 0 } ? null : validation };
    }

    private ImageDataset Apply(ImageDataset images, string split)
    {
        if (images.Labels is not { } labels)
            throw new ArgumentException(
                $"{Option} needs labels; the {split} images of {images.Name} have none. Only labelled datasets have "
                    + "classes to choose."
            );
        bool[] keeps = Keeps(images.ClassNames);
        return images.Pick([.. Enumerable.Range(0, images.Count).Where(i => keeps[labels.Span[i]])]);
    }

    /// <summary>The indices of classes given by name or, where no class has that name, by number from 0.</summary>
    /// <param name="option">Name of the option in messages.</param>
    /// <param name="given">The names or numbers.</param>
    /// <param name="names">The names of the dataset's classes.</param>
    /// <exception cref="ArgumentException">A class does not exist.</exception>
    public static IReadOnlySet<int> Find(string option, IReadOnlyList<string> given, IReadOnlyList<string> names)
    {
        var found = new HashSet<int>();
        foreach (string text in given)
        {
            string name = text.Trim();
            int index = IndexOf(names, name, StringComparison.Ordinal);
            if (index < 0)
                index = IndexOf(names, name, StringComparison.OrdinalIgnoreCase);
            if (
                index < 0
                && !(
                    int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out index)
                    && index < names.Count
                )
            )
                throw Unknown(option, name, names);
            found.Add(index);
        }
        return found;
    }

    private static int IndexOf(IReadOnlyList<string> names, string name, StringComparison comparison) =>
        names.ToList().FindIndex(other => other.Equals(name, comparison));

    private static ArgumentException Unknown(string option, string name, IReadOnlyList<string> names) =>
        names.Count <= MostNames
            ? new ArgumentException($"{option}: {NearestName.Unknown("class", name, names).Message}")
            : new ArgumentException(
                $"{option}: there is no class '{name}' among the {names.Count}; the most similar are "
                    + $"{string.Join(", ", NearestName.Likeliest(name, names, 3))}."
            );
}
