using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>What the distributions of a model are conditional on.</summary>
public enum Conditioning
{
    /// <summary>Nothing: p(x|z) and q(z|x).</summary>
    None,

    /// <summary>The class y of the image: p(x|z, y) and q(z|x, y). The prior p(z) does not depend on it.</summary>
    Labels,
}

/// <summary>The classes of images as inputs of a conditional model.</summary>
/// <remarks>
/// Kingma et al. 2014, "Semi-supervised learning with deep generative models", section 2, with all labels known; Sohn,
/// Lee and Yan 2015, "Learning structured output representation using deep conditional generative models".
/// </remarks>
internal static class ClassCondition
{
    /// <summary>Maximum number of class names in a message.</summary>
    private const int MostNames = 20;

    /// <summary>Appends the one-hot class to each row: (…, D) to (…, D + C).</summary>
    /// <param name="x">Features or codes, possibly with additional leading dimensions for several samples.</param>
    /// <param name="context">The condition, (N, C), or (1, C) for all rows.</param>
    /// <exception cref="ArgumentException">There is no condition.</exception>
    public static Tensor Join(Tensor x, ForwardContext context)
    {
        var condition =
            context.Condition
            ?? throw new ArgumentException("the network is conditional on a class; the context has no condition.");
        var shape = x.Shape.With(-1, condition.Shape[-1]);
        var rows = condition.Shape.Equals(shape) ? condition : Ops.Add(x.Device.Zeros(shape), condition);
        return Ops.Concat(-1, x, rows);
    }

    /// <summary>
    /// The class of each image, by the names of the model's classes: (N). Empty if the model is not conditional, and
    /// for images whose classes are unknown if the model is given one class.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The images have no labels, or a class that the model does not have, and no class is given.
    /// </exception>
    public static ReadOnlyMemory<byte> Labels(GenerativeModel model, ImageDataset images)
    {
        if (model.Options.Condition is not { } classes)
            return default;
        if (images.Labels is not { } labels)
            return model.Class is null
                ? throw new ArgumentException($"the images of {images.Name} have no labels; {Needs(classes)}")
                : default;
        if (images.ClassNames.SequenceEqual(classes))
            return labels;
        int[] numbers = [.. images.ClassNames.Select(name => classes.ToList().IndexOf(name))];
        byte[] result = new byte[images.Count];
        for (int i = 0; i < result.Length; i++)
        {
            int label = labels.Span[i];
            if (numbers[label] >= 0)
                result[i] = (byte)numbers[label];
            else if (model.Class is not null)
                return default;
            else
                throw new ArgumentException(
                    $"the images of {images.Name} have the class '{images.ClassNames[label]}'; {Needs(classes)}"
                );
        }
        return result;
    }

    /// <summary>The labels of consecutive images; empty if there are none.</summary>
    public static ReadOnlySpan<byte> Slice(ReadOnlyMemory<byte> labels, int start, int count) =>
        labels.IsEmpty ? default : labels.Span.Slice(start, count);

    /// <summary>Some of the labels, in this order; empty if there are none.</summary>
    public static byte[] Pick(ReadOnlyMemory<byte> labels, ReadOnlySpan<int> indices)
    {
        if (labels.IsEmpty)
            return [];
        byte[] result = new byte[indices.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = labels.Span[indices[i]];
        return result;
    }

    /// <summary>
    /// The classes as which images are decoded: the class that the model is given, for which the result is empty, or
    /// else their own.
    /// </summary>
    public static ReadOnlySpan<byte> ToDecode(GenerativeModel model, ReadOnlyMemory<byte> labels) =>
        model.Class is null ? labels.Span : default;

    /// <summary>The end of a message about a missing class.</summary>
    public static string Needs(IReadOnlyList<string> classes) =>
        $"the model is conditional on a class. Give one with --class: {string.Join(", ", classes.Take(MostNames))}"
        + (classes.Count > MostNames ? $", … ({classes.Count})." : ".");
}
