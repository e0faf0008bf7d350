using System.Globalization;
using System.Text;

namespace Elbo.Formats.TensorBoard;

/// <summary>
/// What TensorBoard's embedding projector reads first: which files hold points, what is known of them, and their
/// images.
/// </summary>
/// <remarks>Text format of ProjectorConfig (projector_config.proto); paths are relative to the file.</remarks>
internal sealed record ProjectorConfig
{
    /// <summary>The name that the projector looks for in the folder of a run.</summary>
    public const string FileName = "projector_config.pbtxt";

    /// <summary>What each set of points is called, and its file.</summary>
    public required IReadOnlyList<(string Name, string Path)> Points { get; init; }

    /// <summary>The file with a line for each point.</summary>
    public required string Metadata { get; init; }

    /// <summary>The file with an image for each point, row by row.</summary>
    public required string Sprite { get; init; }

    /// <summary>Width and height of one of these.</summary>
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

/// <summary>Files of tab-separated values as the embedding projector reads them.</summary>
internal static class ProjectorTable
{
    /// <summary>Points (N, <paramref name="dimensions"/>), a line each.</summary>
    public static string OfPoints(ReadOnlySpan<float> values, int dimensions)
    {
        var text = new StringBuilder();
        for (int i = 0; i < values.Length; i++)
            text.Append(values[i].ToString("R", CultureInfo.InvariantCulture))
                .Append((i + 1) % dimensions == 0 ? '\n' : '\t');
        return text.ToString();
    }

    /// <summary>
    /// What is known of points, a line each; the names of columns come first unless there is only one.
    /// </summary>
    public static string OfMetadata(IReadOnlyList<(string Name, Func<int, string> Value)> columns, int count)
    {
        var text = new StringBuilder();
        // With one column, the projector takes the first line for a point.
        if (columns.Count > 1)
            text.AppendJoin('\t', columns.Select(column => column.Name)).Append('\n');
        for (int i = 0; i < count; i++)
            text.AppendJoin('\t', columns.Select(column => Plain(column.Value(i)))).Append('\n');
        return text.ToString();
    }

    /// <summary>Names of folders may have tabs and line ends.</summary>
    private static string Plain(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
