using Elbo.Formats;

namespace Elbo.Models;

/// <summary>A model's weights and buffers as <c>model.safetensors</c>: names <c>encoder.…</c> and <c>decoder.…</c>.</summary>
public static class ModelFile
{
    /// <summary>Writes every parameter and buffer; a file that is there is replaced at once or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Save(GenerativeModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        SafetensorsWriter.Write(path, [.. model.Tensors.Select(t => new SafetensorsTensor(t.Name, t.Value))], new Dictionary<string, string> { ["format"] = "elbo" });
    }

    /// <summary>Reads every parameter and buffer.</summary>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or of another model; nothing has been changed then.</exception>
    public static void Load(GenerativeModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var reader = new SafetensorsReader(path);
        var targets = model.Tensors;
        var values = new List<SafetensorsTensor>();
        foreach (var (name, target) in targets)
        {
            if (!reader.Has(name)) throw new InvalidDataException($"{path} has no '{name}', which this model needs with shape {target.Shape}.");
            var tensor = reader.ReadFloats(name);
            if (tensor.Shape != target.Shape) throw new InvalidDataException($"{path} has '{name}' with shape {tensor.Shape}; this model needs {target.Shape}.");
            values.Add(tensor);
        }
        for (int i = 0; i < values.Count; i++) values[i].Values.CopyTo(targets[i].Value.AsSpan());
    }
}
