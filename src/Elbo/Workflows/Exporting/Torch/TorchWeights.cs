using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Nn.Graphs;

namespace Elbo.Workflows.Exporting.Torch;

/// <summary>Reads weights in PyTorch's order.</summary>
internal static class TorchWeights
{
    /// <summary>The counters of PyTorch's batch normalisation, which no computation uses.</summary>
    private const string Counter = ".num_batches_tracked";

    /// <summary>Reads every parameter and buffer. If one is missing or wrong, the model stays unchanged.</summary>
    public static void Load(GenerativeModel model, string file)
    {
        using var reader = new SafetensorsReader(file);
        reader.Verify();
        (string Name, GraphTensor Tensor)[] wanted = [.. new TorchModule(model).Tensors];
        float[][] values = [.. wanted.Select(pair => Read(reader, file, pair.Name, pair.Tensor.Shape))];
        var known = wanted.Select(pair => pair.Name).ToHashSet();
        if (reader.Entries.FirstOrDefault(entry => !known.Contains(entry.Name) && !IsCounter(entry)) is { } foreign)
            throw new InvalidDataException(
                $"{file} has '{foreign.Name}', which the model does not have."
                    + (NearestName.Find(foreign.Name, known) is { } near ? $" The nearest name is '{near}'." : "")
            );
        foreach (var (pair, value) in wanted.Zip(values))
            pair.Tensor.Write(value);
    }

    private static float[] Read(SafetensorsReader reader, string file, string name, Shape shape)
    {
        if (!reader.Has(name))
            throw new InvalidDataException($"{file} has no '{name}', which the model needs with shape {shape}.");
        var tensor = reader.ReadFloats(name);
        if (tensor.Shape != shape)
            throw new InvalidDataException($"{file} has '{name}' with shape {tensor.Shape}; the model needs {shape}.");
        float[] values = tensor.Values.ToArray();
        return FiniteWeights.Fault(name, values) is { } fault
            ? throw new InvalidDataException($"{file}: {fault}.")
            : values;
    }

    private static bool IsCounter(SafetensorsEntry entry) => entry.Name.EndsWith(Counter, StringComparison.Ordinal);
}
