using Elbo.Formats;
using Elbo.Models;
using Elbo.Workflows.Runs;

namespace Elbo.Workflows.Exporting.Torch;

/// <summary>Writes a model as a module of PyTorch: its source text, and its weights in PyTorch's order.</summary>
internal static class TorchExport
{
    /// <summary>Writes the weights, a state_dict of the module as a safetensors file.</summary>
    public static (int Tensors, long Values) WriteWeights(ExportSource source, string path)
    {
        SafetensorsTensor[] tensors =
        [
            .. new TorchModule(source.Model).Tensors.Select(tensor => new SafetensorsTensor(
                tensor.Name,
                tensor.Tensor.Shape,
                tensor.Tensor.ToArray()
            )),
        ];
        var notes = new Dictionary<string, string>(source.Notes.Concat(ModelFile.Describe(source.Model)))
        {
            // What PyTorch's readers look for.
            ["format"] = "pt",
            [ModelFile.OrderKey] = ModelFile.TorchOrder,
        };
        SafetensorsWriter.Write(path, tensors, TensorDigest.AddTo(notes, tensors));
        return (tensors.Length, tensors.Sum(tensor => (long)tensor.Shape.Count));
    }

    /// <summary>Writes the source text.</summary>
    public static (int Tensors, long Values) WriteModule(ExportSource source, string path)
    {
        AtomicFile.WriteText(
            path,
            TorchSource.Of(new TorchModule(source.Model), source.Notes, Machine.Version.Split('+')[0])
        );
        return (0, 0);
    }
}
