using System.Globalization;
using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Formats;

namespace Elbo.Models;

/// <summary>The halves of a model, for files that have one of them.</summary>
public enum ModelHalf
{
    /// <summary>
    /// Everything that computes a posterior: q(z|x), and with the prior <c>mixture</c> also q(w|x) and p(y|w, z).
    /// Tensors <c>encoder.…</c>.
    /// </summary>
    Encoder,

    /// <summary>
    /// The joint distribution p(x, z): p(x|z) and the parameters of the prior, such as those of p(z|w, y). All other
    /// tensors, <c>decoder.…</c>.
    /// </summary>
    Decoder,
}

/// <summary>
/// Saves and loads a model's weights and buffers as <c>model.safetensors</c>, under names such as <c>encoder.…</c> and
/// <c>decoder.…</c>.
/// </summary>
/// <remarks>
/// Metadata in the header describe the model, so that it can be rebuilt from the file alone, and have the SHA-256 of
/// the contents, which is checked when weights are loaded. Files without it, of older versions or other software, can
/// be loaded too.
/// </remarks>
public static class ModelFile
{
    private const string OptionsKey = "model",
        ShapeKey = "image_shape",
        NameKey = "name",
        HalfKey = "half",
        FormatKey = "format",
        OwnFormat = "elbo";

    /// <summary>Key of the order of the weights; absent in Elbo's own files.</summary>
    internal const string OrderKey = "order";

    /// <summary>The order of a file that <c>elbo export --format torch</c> writes.</summary>
    internal const string TorchOrder = "torch";

    /// <summary>Writes every parameter and buffer. An existing file is replaced atomically.</summary>
    /// <exception cref="ArgumentException">A weight is not finite. Nothing is written.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(GenerativeModel model, string path) => Save(model, path, new Dictionary<string, string>());

    /// <summary>
    /// Writes the parameters and buffers of one half of the model under the same names. The metadata say which half it
    /// is.
    /// </summary>
    /// <exception cref="ArgumentException">A weight is not finite. Nothing is written.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(GenerativeModel model, ModelHalf half, string path) =>
        Save(model, path, new Dictionary<string, string>(), half);

    /// <summary>As <see cref="Save(GenerativeModel, string)"/>, with additional metadata in the header.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Path of the file.</param>
    /// <param name="more">Additional metadata.</param>
    /// <param name="half">The half to write; null writes both.</param>
    internal static void Save(
        GenerativeModel model,
        string path,
        IReadOnlyDictionary<string, string> more,
        ModelHalf? half = null
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (half is { } part)
            Require.Defined(part, nameof(half));
        var notes = new Dictionary<string, string>(more.Concat(Describe(model))) { [FormatKey] = OwnFormat };
        if (half is { } one)
            notes[HalfKey] = OptionName.Name(one);
        SafetensorsTensor[] tensors = [.. Tensors(model, half).Select(t => new SafetensorsTensor(t.Name, t.Value))];
        if (FiniteWeights.Fault(tensors) is { } fault)
            throw new ArgumentException(
                $"{fault}; weights that are not finite are not saved to {path}. Train again with a smaller learning "
                    + "rate, or load the last good weights.",
                nameof(model)
            );
        SafetensorsWriter.Write(path, tensors, TensorDigest.AddTo(notes, tensors));
    }

    /// <summary>The options and the image shape of a model, as in the header of its file.</summary>
    internal static IReadOnlyDictionary<string, string> Describe(GenerativeModel model)
    {
        var entry = ModelCatalog.Of(model.Options);
        var options = entry.Write(model.Options);
        options.Insert(0, NameKey, entry.Name);
        var shape = model.ImageShape;
        return new Dictionary<string, string>
        {
            [OptionsKey] = options.ToJsonString(),
            [ShapeKey] = $"{shape.Channels},{shape.Height},{shape.Width}",
        };
    }

    /// <summary>The tensors of one half of a model, or of both if <paramref name="half"/> is null.</summary>
    internal static IEnumerable<(string Name, Tensor Value)> Tensors(GenerativeModel model, ModelHalf? half) =>
        model.Tensors.Where(tensor => half is null || HalfOf(tensor.Name) == half);

    private static ModelHalf HalfOf(string tensor) =>
        tensor.StartsWith("encoder.", StringComparison.Ordinal) ? ModelHalf.Encoder : ModelHalf.Decoder;

    /// <summary>
    /// Rebuilds the model in a file written by <see cref="Save(GenerativeModel, string)"/>, on
    /// <paramref name="device"/>.
    /// </summary>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, does not describe its model, or has weights that are not finite.
    /// </exception>
    public static GenerativeModel Open(string path, Device device)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(device);
        if (ReadShape(path) is not { } shape)
            throw new InvalidDataException(
                $"{path} does not say what its weights are of: its header has no '{ShapeKey}'."
            );
        if (ReadHalf(path) is { } half)
            throw new InvalidDataException(
                $"{path} has only the {OptionName.Name(half)}; a model needs both halves, as in model.safetensors."
            );
        var model = Create(path, ReadOptions(path), shape, device, new Rng(0));
        Load(model, path);
        return model;
    }

    /// <summary>
    /// Creates a model for the weights in a file, with initial weights. The shapes of its tensors are compared with
    /// those in the file before memory is allocated, so that a small file cannot ask for a large model.
    /// </summary>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or has weights of another model.</exception>
    internal static GenerativeModel Create(string path, ModelOptions options, ImageShape shape, Device device, Rng rng)
    {
        var half = ReadHalf(path);
        using var reader = new SafetensorsReader(path);
        RequireOwnOrder(reader, path);
        try
        {
            return new GenerativeModel(
                options,
                shape,
                device,
                rng,
                tensors => CheckShapes(reader, path, tensors.Where(t => half is null || HalfOf(t.Name) == half))
            );
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{path}: {FormatBoundary.Reason(e)}", e);
        }
    }

    /// <summary>
    /// The image shape of the model in a file; null if the file does not contain it, as with files of other software.
    /// </summary>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static ImageShape? ReadShape(string path)
    {
        using var reader = new SafetensorsReader(path);
        if (!reader.Metadata.TryGetValue(ShapeKey, out string? text))
            return null;
        int[] sides =
        [
            .. text.Split(',')
                .Select(side =>
                    int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out int length) ? length : 0
                ),
        ];
        if (sides is not [> 0, > 0, > 0] || (long)sides[0] * sides[1] * sides[2] > Array.MaxLength)
            throw new InvalidDataException(
                $"{path}: {ShapeKey} is '{FormatBoundary.Excerpt(text)}'; channels, height and width are needed, as in "
                    + "1,28,28."
            );
        return new ImageShape(sides[0], sides[1], sides[2]);
    }

    /// <summary>Whether a file has weights in Elbo's order, under Elbo's names.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal static bool IsOwn(string path)
    {
        using var reader = new SafetensorsReader(path);
        return reader.Metadata.GetValueOrDefault(FormatKey) == OwnFormat;
    }

    /// <summary>The options of the model in a file.</summary>
    /// <exception cref="InvalidDataException">The file does not contain them.</exception>
    internal static ModelOptions ReadOptions(string path)
    {
        using var reader = new SafetensorsReader(path);
        string text = reader.Metadata.GetValueOrDefault(OptionsKey, "");
        try
        {
            var values = StrictJson.ParseObject(text, OptionsKey);
            string name =
                values.Remove(NameKey, out var given) && given is JsonValue value && value.TryGetValue(out string? read)
                    ? read
                    : throw new ArgumentException($"it has no '{NameKey}'.");
            return ModelCatalog.Get(name).Read(values);
        }
        catch (Exception e) when (FormatBoundary.IsDamage(e))
        {
            throw new InvalidDataException(
                $"{path}: {OptionsKey} is '{FormatBoundary.Excerpt(text)}': {FormatBoundary.Reason(e)}",
                e
            );
        }
    }

    private static ModelHalf? ReadHalf(string path)
    {
        using var reader = new SafetensorsReader(path);
        return reader.Metadata.TryGetValue(HalfKey, out string? half)
            ? OptionName.Parse<ModelHalf>(
                half,
                problem => new InvalidDataException($"{path}: {HalfKey}: {FormatBoundary.Excerpt(problem)}")
            )
            : null;
    }

    /// <summary>
    /// Loads every parameter and buffer into an existing model, or those of one half if the file has only that half.
    /// </summary>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, belongs to another model, or has weights that are not finite. The model is then unchanged.
    /// </exception>
    public static void Load(GenerativeModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        (string Name, Tensor Value)[] targets = [.. Tensors(model, ReadHalf(path))];
        using var reader = new SafetensorsReader(path);
        RequireOwnOrder(reader, path);
        reader.Verify();
        CheckShapes(reader, path, targets.Select(t => (t.Name, t.Value.Shape)));
        SafetensorsTensor[] values = [.. targets.Select(t => reader.ReadFloats(t.Name))];
        if (FiniteWeights.Fault(values) is { } fault)
            throw new InvalidDataException($"{path}: {fault}; weights must be finite. Train the model again.");
        for (int i = 0; i < values.Length; i++)
            targets[i].Value.CopyFrom(values[i].Values);
    }

    /// <summary>Number of bytes that the values of tensors take.</summary>
    internal static long SizeOf(IEnumerable<(string Name, Shape Shape)> tensors) =>
        tensors.Sum(tensor => (long)tensor.Shape.Count) * sizeof(float);

    private static void RequireOwnOrder(SafetensorsReader reader, string path)
    {
        if (reader.Metadata.ContainsKey(OrderKey))
            throw new InvalidDataException(
                $"{path} has its weights in PyTorch's order; 'elbo import {path}' makes a model of it."
            );
    }

    private static void CheckShapes(
        SafetensorsReader reader,
        string path,
        IEnumerable<(string Name, Shape Shape)> needed
    )
    {
        var present = reader.Entries.ToDictionary(entry => entry.Name, entry => entry.Shape);
        foreach (var (name, shape) in needed)
        {
            if (!present.TryGetValue(name, out var found))
                throw new InvalidDataException($"{path} has no '{name}', which this model needs with shape {shape}.");
            if (found != shape)
                throw new InvalidDataException($"{path} has '{name}' with shape {found}; this model needs {shape}.");
        }
    }
}

/// <summary>A copy of a model's parameters and buffers.</summary>
internal sealed class WeightsCopy
{
    private readonly float[][] _values;

    /// <summary>Allocates memory for the weights of a model.</summary>
    public WeightsCopy(GenerativeModel model) =>
        _values = [.. model.Tensors.Select(t => new float[t.Value.Shape.Count])];

    /// <summary>Copies the current weights of the model.</summary>
    public void Take(GenerativeModel model)
    {
        foreach (var (values, (_, tensor)) in _values.Zip(model.Tensors))
            tensor.CopyTo(values);
    }

    /// <summary>Restores the copied weights.</summary>
    public void Restore(GenerativeModel model)
    {
        foreach (var (values, (_, tensor)) in _values.Zip(model.Tensors))
            tensor.CopyFrom(values);
    }
}
