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
