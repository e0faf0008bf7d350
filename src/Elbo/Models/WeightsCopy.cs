namespace Elbo.Models;

/// <summary>A model's parameters and buffers as they were at one instant.</summary>
internal sealed class WeightsCopy
{
    private readonly float[][] _values;

    /// <summary>Room for the weights of such a model.</summary>
    public WeightsCopy(GenerativeModel model) =>
        _values = [.. model.Tensors.Select(t => new float[t.Value.Shape.Count])];

    /// <summary>Takes the weights that the model has now.</summary>
    public void Take(GenerativeModel model)
    {
        foreach (var (values, (_, tensor)) in _values.Zip(model.Tensors))
            tensor.AsSpan().CopyTo(values);
    }

    /// <summary>Gives the model the weights that were taken last.</summary>
    public void Restore(GenerativeModel model)
    {
        foreach (var (values, (_, tensor)) in _values.Zip(model.Tensors))
            values.CopyTo(tensor.AsSpan());
    }
}
