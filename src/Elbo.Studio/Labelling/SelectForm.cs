using System.Text.Json.Nodes;
using Elbo.Selection;
using Elbo.Studio.Access;
using Elbo.Workflows;
using Elbo.Workflows.Selecting;

namespace Elbo.Studio.Labelling;

/// <summary>The fields of a form for <see cref="SelectOptions"/>: texts, as a person types them.</summary>
/// <param name="folders">The folders that images may come from.</param>
public sealed class SelectForm(AllowedFolders folders)
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>Name of the strategy.</summary>
    internal string Strategy { get; set; } = SelectionCatalog.All[0].Name;

    /// <summary>The strategy.</summary>
    internal SelectionEntry Entry => SelectionCatalog.Get(Strategy);

    /// <summary>Whether the images come from <see cref="Folder"/>, not from <see cref="Split"/>.</summary>
    internal bool UsesFolder { get; set; }

    /// <summary>A split of the dataset.</summary>
    internal string Split { get; set; } = Option("split").Default;

    /// <summary>A folder of images.</summary>
    internal string Folder { get; set; } = "";

    /// <summary>Number of images to choose.</summary>
    internal string Budget { get; set; } = Option("budget").Default;

    /// <summary>Seed of all random numbers.</summary>
    internal string Seed { get; set; } = Option("seed").Default;

    /// <summary>An option of <c>elbo select</c>, for its description and its default.</summary>
    internal static OptionDescriptor Option(string name) => SelectOptions.List.Single(option => option.Name == name);

    /// <summary>What stands in the field of an option of the strategy; empty for its default.</summary>
    internal string this[string option]
    {
        get => _values.GetValueOrDefault(option, "");
        set => _values[option] = value;
    }

    /// <summary>The options, from the texts.</summary>
    /// <exception cref="ArgumentException">A text is not what its field needs.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not below an allowed one.</exception>
    internal SelectOptions Read()
    {
        var choice =
            !UsesFolder ? ImageChoice.OfSplit(Split)
            : string.IsNullOrWhiteSpace(Folder) ? throw new ArgumentException("the folder is empty; name one.")
            : ImageChoice.OfPath(folders.Require(Folder.Trim()));
        return Read(choice);
    }

    /// <summary>As <see cref="Read()"/>, for images that are chosen already.</summary>
    internal SelectOptions Read(ImageChoice choice)
    {
        var given = new JsonObject();
        foreach (var option in Entry.Options)
            if (this[option.Name].Trim() is { Length: > 0 } text)
                given[option.Name] = option.FromText(text);
        var options = new SelectOptions
        {
            Choice = choice,
            Strategy = Strategy,
            StrategyOptions = SelectSettings.ReadStrategy(Strategy, given),
        };
        options = Set(options, "budget", Budget);
        options = Set(options, "seed", Seed);
        options.Validate();
        return options;
    }

    private static SelectOptions Set(SelectOptions options, string name, string text) =>
        string.IsNullOrWhiteSpace(text) ? options
        : SelectOptions.List.Single(option => option.Name == name) is var option
            ? option.Set(options, option.FromText(text.Trim()))
        : options;
}
