using System.Globalization;
using System.Text;

namespace Elbo.Formats.TensorBoard;

/// <summary>
/// Configuration of TensorBoard's embedding projector: the files that contain the points, their metadata and their
/// images.
/// </summary>
/// <remarks>Text format of ProjectorConfig (projector_config.proto). Paths are relative to the file.</remarks>
internal sealed record ProjectorConfig
{
    /// <summary>The file name that the projector expects in the folder of a run.</summary>
    public const string FileName = "projector_config.pbtxt";

    /// <summary>Name and file of each set of points.</summary>
    public required IReadOnlyList<(string Name, string Path)> Points { get; init; }

    /// <summary>The metadata file, one line per point.</summary>
    public required string Metadata { get; init; }

    /// <summary>The file that contains the images of all points in a grid, row by row.</summary>
    public required string Sprite { get; init; }

    /// <summary>Width and height of one image in that grid.</summary>
    public required (int Width, int Height) Image { get; init; }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, path) in Points)
            text.Append(
                $$"""
                embeddings {
                  tensor_name: "{{name}}"
                  tensor_path: "{{path}}"
                  metadata_path: "{{Metadata}}"
                  sprite {
                    image_path: "{{Sprite}}"
                    single_image_dim: {{Image.Width}}
                    single_image_dim: {{Image.Height}}
                  }
                }

                """
            );
        return text.ToString();
    }
}

/// <summary>Tab-separated files for the embedding projector.</summary>
internal static class ProjectorTable
{
    /// <summary>Points (N, <paramref name="dimensions"/>), one per line.</summary>
    public static string OfPoints(ReadOnlySpan<float> values, int dimensions)
    {
        var text = new StringBuilder();
        for (int i = 0; i < values.Length; i++)
            text.Append(values[i].ToString("R", CultureInfo.InvariantCulture))
                .Append((i + 1) % dimensions == 0 ? '\n' : '\t');
        return text.ToString();
    }

    /// <summary>
    /// Metadata of points, one line per point. The first line contains the column names, unless there is only one
    /// column.
    /// </summary>
    public static string OfMetadata(IReadOnlyList<(string Name, Func<int, string> Value)> columns, int count)
    {
        var text = new StringBuilder();
        // With a single column, the projector would read the first line as a point.
        if (columns.Count > 1)
            text.AppendJoin('\t', columns.Select(column => column.Name)).Append('\n');
        for (int i = 0; i < count; i++)
            text.AppendJoin('\t', columns.Select(column => FormulaCell.Write(Plain(column.Value(i))))).Append('\n');
        return text.ToString();
    }

    /// <summary>Removes tabs and line breaks, which folder names may contain.</summary>
    private static string Plain(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
