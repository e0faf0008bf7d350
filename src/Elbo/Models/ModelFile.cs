using Elbo.Formats;

namespace Elbo.Models;

/// <summary>A model's weights as <c>model.safetensors</c>: names <c>encoder.…</c> and <c>decoder.…</c>, weights (out, in).</summary>
public static class ModelFile
{
    /// <summary>Writes every parameter; a file that is there is replaced at once or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Save(GenerativeModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        SafetensorsWriter.Write(path, [.. model.Parameters.All.Select(p => new SafetensorsTensor(p.Name, p.Value))], new Dictionary<string, string> { ["format"] = "elbo" });
    }

    /// <summary>Reads every parameter.</summary>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or of another model; nothing has been changed then.</exception>
    public static void Load(GenerativeModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var reader = new SafetensorsReader(path);
        var values = new List<SafetensorsTensor>();
        foreach (var parameter in model.Parameters.All)
        {
            if (!reader.Has(parameter.Name)) throw new InvalidDataException($"{path} has no '{parameter.Name}', which this model needs with shape {parameter.Shape}.");
            var tensor = reader.ReadFloats(parameter.Name);
            if (tensor.Shape != parameter.Shape) throw new InvalidDataException($"{path} has '{parameter.Name}' with shape {tensor.Shape}; this model needs {parameter.Shape}.");
            values.Add(tensor);
        }
        for (int i = 0; i < values.Count; i++) values[i].Values.CopyTo(model.Parameters.All[i].Value.AsSpan());
    }
}
