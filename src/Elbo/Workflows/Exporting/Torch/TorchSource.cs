using System.Text;

namespace Elbo.Workflows.Exporting.Torch;

/// <summary>Writes the source text of a module.</summary>
internal static class TorchSource
{
    private const string Crop = """"
        class Crop(nn.Module):
            """The first rows and columns of maps."""

            def __init__(self, height, width):
                super().__init__()
                self.height, self.width = height, width

            def forward(self, x):
                return x[:, :, : self.height, : self.width]


        """";

    private const string Density = """"
        def gaussian_log_density(x, mean, deviation):
            """Logarithm of the density N(x; mean, deviation²) over the last dimension."""
            terms = -0.5 * ((x - mean) / deviation).square() - torch.log(deviation) - 0.5 * math.log(2 * math.pi)
            return terms.sum(-1)


        """";

    /// <summary>The functions that read and write files.</summary>
    private static readonly string Files = ReadFiles();

    /// <summary>The source text of <paramref name="module"/>.</summary>
    /// <param name="module">The module.</param>
    /// <param name="notes">Notes on the run.</param>
    /// <param name="version">Version of the program.</param>
    public static string Of(TorchModule module, IReadOnlyDictionary<string, string> notes, string version)
    {
        string classes = string.Concat(module.Classes.Select(part => $"{part.Class}\n\n")) + Whole(module);
        bool crops = classes.Contains("Crop(", StringComparison.Ordinal),
            hasDensities = classes.Contains("gaussian_log_density(", StringComparison.Ordinal),
            hasFunctions = classes.Contains("F.", StringComparison.Ordinal);
        var text = new StringBuilder(Description(module, notes, version))
            .Append("import json\n")
            .Append(hasDensities ? "import math\n" : "")
            .Append("import pathlib\n\nimport numpy\nimport torch\nfrom torch import nn\n")
            .Append(hasFunctions ? "from torch.nn import functional as F\n" : "")
            .Append("\n\n")
            .Append(crops ? Crop : "")
            .Append(hasDensities ? Density : "")
            .Append(classes)
            .Append("\n\n")
            .Append(Files);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Description(TorchModule module, IReadOnlyDictionary<string, string> notes, string version)
    {
        string label = module.Model.IsConditional ? ", labels" : "",
            deviations = module.HasPixelDeviations ? ", deviations" : "";
        string binarized = notes.GetValueOrDefault("binarize") switch
        {
            "threshold" => "; training set them to 0 below 0.5 and to 1 from there",
            "dynamic" => "; training set them to 1 with the intensity as probability, else to 0",
            _ => "",
        };
        string classes =
            module.Model.IsConditional && notes.TryGetValue("classes", out string? names)
                ? $"\nLabels are whole numbers (N,), from 0 in the order {names}."
                : "";
        return $""""
            """The model of the run {notes.GetValueOrDefault("run", "?")} in PyTorch, written by Elbo {version}.

                model = load()  # reads model.safetensors beside this file
                mean, deviation = model.encode(images{label})
                images{deviations} = model.decode(mean{label})

            Images are {module.Images} with intensities in [0, 1]{binarized}.{classes}
            After more training, save(model, "trained.safetensors") writes a file that 'elbo import' reads.
            """

            """";
    }

    /// <summary>The class with all parts.</summary>
    private static string Whole(TorchModule module)
    {
        var (encoder, decoder) = (module.Classes[0].Class, module.Classes[1].Class);
        string label = module.Model.IsConditional ? ", label" : "";
        var text = new StringBuilder();
        void Line(string line = "") => text.Append(line).Append('\n');
        Line("class Vae(nn.Module):");
        Line("    def __init__(self):");
        Line("        super().__init__()");
        foreach (var (attribute, part) in module.Classes)
            Line($"        self.{attribute} = {part.Name}()");
        if (module.Others.Count > 0)
            Line("        # Not needed to encode or decode; 'elbo import' needs them for a complete model.");
        foreach (var (name, tensor) in module.Others)
            Line($"        self.register_buffer(\"{name}\", torch.zeros({string.Join(", ", tensor.Shape.ToArray())}))");
        Line();
        Line($"    def encode(self, {encoder.Arguments}):");
        Line($"        return self.encoder({encoder.Arguments})");
        Line();
        Line($"    def decode(self, {decoder.Arguments}):");
        Line($"        return self.decoder({decoder.Arguments})");
        Line();
        Line($"    def reconstruct(self, {encoder.Arguments}):");
        Line("        \"\"\"The expected images of the mean codes.\"\"\"");
        Line($"        mean, _ = self.encode({encoder.Arguments})");
        Line($"        return self.decode(mean{label}){(module.HasPixelDeviations ? "[0]" : "")}");
        if (module.Classes.Count > 2)
        {
            Line();
            Line("    def cluster_probabilities(self, image):");
            Line("        mean, _ = self.encode(image)");
            Line("        return self.clusters(image, mean)");
        }
        return text.ToString();
    }

    private static string ReadFiles()
    {
        using var stream = typeof(TorchSource).Assembly.GetManifestResourceStream("Elbo.Torch.files.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
