using Elbo.Models;
using Elbo.Workflows.Exporting.Onnx;
using Elbo.Workflows.Exporting.Torch;

namespace Elbo.Workflows.Exporting;

/// <summary>A file format for trained models.</summary>
public sealed class ExportFormat
{
    /// <param name="name">Name on the command line, as in <c>--format</c>.</param>
    /// <param name="description">What the files are, in one line.</param>
    /// <param name="files">The files for some options.</param>
    internal ExportFormat(string name, string description, Func<ExportOptions, IReadOnlyList<ExportPart>> files) =>
        (Name, Description, Files) = (name, description, files);

    /// <summary>Name on the command line, as in <c>--format</c>.</summary>
    public string Name { get; }

    /// <summary>What the files are, in one line.</summary>
    public string Description { get; }

    internal Func<ExportOptions, IReadOnlyList<ExportPart>> Files { get; }
}

/// <summary>A file of an export.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Content">What is in it: <c>encoder</c>, <c>decoder</c>, <c>model</c>, <c>module</c>.</param>
/// <param name="Write">Writes it to a path, and returns the number of tensors and of values in them.</param>
internal sealed record ExportPart(
    string File,
    string Content,
    Func<ExportSource, string, (int Tensors, long Values)> Write
);

/// <summary>What is exported.</summary>
/// <param name="Model">The model with its weights.</param>
/// <param name="Options">The options.</param>
/// <param name="Notes">What another program needs to know, for the metadata of the files.</param>
internal sealed record ExportSource(
    GenerativeModel Model,
    ExportOptions Options,
    IReadOnlyDictionary<string, string> Notes
);

/// <summary>All formats by name.</summary>
public static class ExportFormats
{
    /// <summary>Name of the format whose files are graphs of operators.</summary>
    internal const string Onnx = "onnx";

    private const string Encoder = "encoder",
        Decoder = "decoder";

    /// <summary>All formats, in the order in which they are listed. The first is the default.</summary>
    public static IReadOnlyList<ExportFormat> All { get; } =
    [
        new(
            "safetensors",
            "the weights, for a program that has the networks",
            options =>
                options.Split
                    ?
                    [
                        new($"{Encoder}.safetensors", Encoder, Weights(ModelHalf.Encoder)),
                        new($"{Decoder}.safetensors", Decoder, Weights(ModelHalf.Decoder)),
                    ]
                    : [new("model.safetensors", "model", Weights(null))]
        ),
        // Always two files: a program that encodes does not need the decoder, and in one graph the code between them
        // could not be an argument.
        new(
            Onnx,
            "encoder and decoder as graphs of operators, for ONNX Runtime and others",
            _ =>
                [
                    new($"{Encoder}.onnx", Encoder, Graph(ModelHalf.Encoder)),
                    new($"{Decoder}.onnx", Decoder, Graph(ModelHalf.Decoder)),
                ]
        ),
        new(
            "torch",
            "a module of PyTorch and its weights",
            _ =>
                [
                    new("model.safetensors", "model", TorchExport.WriteWeights),
                    new("model.py", "module", TorchExport.WriteModule),
                ]
        ),
    ];

    /// <summary>Returns the format called <paramref name="name"/>, ignoring case.</summary>
    /// <exception cref="ArgumentException">The name is unknown. The message lists the known ones.</exception>
    public static ExportFormat Get(string name) =>
        All.FirstOrDefault(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw NearestName.Unknown("format", name, [.. All.Select(format => format.Name)]);

    private static Func<ExportSource, string, (int, long)> Weights(ModelHalf? half) =>
        (source, path) =>
        {
            ModelFile.Save(source.Model, path, source.Notes, half);
            var tensors = ModelFile.Tensors(source.Model, half).ToArray();
            return (tensors.Length, tensors.Sum(tensor => (long)tensor.Value.Shape.Count));
        };

    private static Func<ExportSource, string, (int, long)> Graph(ModelHalf half) =>
        (source, path) => OnnxExport.Write(source, half, path);
}
