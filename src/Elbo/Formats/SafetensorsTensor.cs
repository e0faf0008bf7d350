using Elbo.Engine;

namespace Elbo.Formats;

/// <summary>Named float32 values on their way to or from a file.</summary>
public sealed class SafetensorsTensor
{
    private readonly Tensor? _live;
    private readonly float[]? _values;

    /// <summary>The values that <paramref name="tensor"/> will have when they are read; nothing is copied.</summary>
    public SafetensorsTensor(string name, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(tensor);
        (Name, Shape, _live) = (name, tensor.Shape, tensor);
    }

    /// <summary>Values of its own.</summary>
    /// <exception cref="ArgumentException">Their number is not that of <paramref name="shape"/>.</exception>
    public SafetensorsTensor(string name, Shape shape, float[] values)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != shape.Count)
            throw new ArgumentException(
                $"{values.Length} values were given for '{name}' of shape {shape}, which holds {shape.Count}.",
                nameof(values)
            );
        (Name, Shape, _values) = (name, shape, values);
    }

    private SafetensorsTensor(string name, SafetensorsTensor other) =>
        (Name, Shape, _live, _values) = (name, other.Shape, other._live, other._values);

    /// <summary>Its name in the file.</summary>
    public string Name { get; }

    /// <summary>Its extents.</summary>
    public Shape Shape { get; }

    /// <summary>The elements, row-major.</summary>
    public ReadOnlySpan<float> Values => _live is null ? _values : _live.AsSpan();

    /// <summary>The same values under another name.</summary>
    public SafetensorsTensor Renamed(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new SafetensorsTensor(name, this);
    }
}
