using Elbo.Models;

namespace Elbo.Workflows.Exporting;

/// <summary>A file format for trained models.</summary>
public sealed class ExportFormat
{
    /// <param name="name">Name on the command line, as in <c>--format</c>.</param>
    /// <param name="ending">Ending of the file names, with the dot.</param>
    /// <param name="write">
    /// Writes a model, or one half of it, to a path. The texts are for the metadata of the file.
    /// </param>
    internal ExportFormat(
        string name,
        string ending,
        Action<GenerativeModel, ModelHalf?, string, IReadOnlyDictionary<string, string>> write
    ) => (Name, Ending, Write) = (name, ending, write);

    /// <summary>Name on the command line, as in <c>--format</c>.</summary>
    public string Name { get; }

    /// <summary>Ending of the file names, with the dot.</summary>
    public string Ending { get; }

    internal Action<GenerativeModel, ModelHalf?, string, IReadOnlyDictionary<string, string>> Write { get; }
}

/// <summary>All formats by name.</summary>
public static class ExportFormats
{
    /// <summary>All formats, in the order in which they are listed. The first is the default.</summary>
    public static IReadOnlyList<ExportFormat> All { get; } =
    [new("safetensors", ".safetensors", (model, half, path, notes) => ModelFile.Save(model, path, notes, half))];

    /// <summary>Returns the format called <paramref name="name"/>, ignoring case.</summary>
    /// <exception cref="ArgumentException">The name is unknown. The message lists the known ones.</exception>
    public static ExportFormat Get(string name) =>
        All.FirstOrDefault(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw NearestName.Unknown("format", name, [.. All.Select(format => format.Name)]);
}
