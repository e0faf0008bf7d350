namespace Elbo.Engine.Tests;

/// <summary>An array of doubles, row-major, with plain loops: what the engine's results are compared with.</summary>
internal sealed class DoubleTensor(Shape shape, double[] values)
{
    public Shape Shape => shape;

    public double[] Values => values;

    public static DoubleTensor Scalar(double value) => new([], [value]);

    /// <summary>The array whose element at each index is <paramref name="element"/> of it.</summary>
    public static DoubleTensor Of(Shape shape, Func<int[], double> element)
    {
        var values = new double[shape.Count];
        var index = new int[shape.Rank];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = element(index);
            for (int d = shape.Rank - 1; d >= 0 && ++index[d] == shape[d]; d--)
                index[d] = 0;
        }
        return new(shape, values);
    }

    /// <summary>
    /// The element at <paramref name="index"/>, which may have more dimensions in front; extents of 1 repeat.
    /// </summary>
    public double At(params int[] index)
    {
        int offset = 0;
        for (int d = 0; d < shape.Rank; d++)
            offset = offset * shape[d] + (shape[d] == 1 ? 0 : index[index.Length - shape.Rank + d]);
        return values[offset];
    }

    public DoubleTensor Map(Func<double, double> f) => new(shape, [.. values.Select(f)]);

    public DoubleTensor Reshape(Shape other) => new(other, values);

    public static DoubleTensor Zip(DoubleTensor a, DoubleTensor b, Func<double, double, double> f) =>
        Of(Shape.Broadcast(a.Shape, b.Shape), i => f(a.At(i), b.At(i)));

    public static DoubleTensor Zip(
        DoubleTensor a,
        DoubleTensor b,
        DoubleTensor c,
        Func<double, double, double, double> f
    ) => Of(Shape.Broadcast(Shape.Broadcast(a.Shape, b.Shape), c.Shape), i => f(a.At(i), b.At(i), c.At(i)));

    /// <summary>Replaces every line along <paramref name="axis"/> by one number; the axis disappears.</summary>
    public DoubleTensor Fold(int axis, Func<double[], double> fold)
    {
        int resolved = axis < 0 ? axis + shape.Rank : axis;
        return Of(shape.Without(resolved), i => fold(Line(i, resolved)));
    }

    /// <summary>Replaces every line along <paramref name="axis"/> by another of the same length.</summary>
    public DoubleTensor MapLines(int axis, Func<double[], double[]> map)
    {
        int resolved = axis < 0 ? axis + shape.Rank : axis;
        var lines = new Dictionary<string, double[]>();
        return Of(
            shape,
            i =>
            {
                int[] rest = [.. i[..resolved], .. i[(resolved + 1)..]];
                string key = string.Join(',', rest);
                if (!lines.TryGetValue(key, out var line))
                    lines[key] = line = map(Line(rest, resolved));
                return line[i[resolved]];
            }
        );
    }

    private double[] Line(int[] rest, int axis)
    {
        var line = new double[shape[axis]];
        for (int l = 0; l < line.Length; l++)
            line[l] = At([.. rest[..axis], l, .. rest[axis..]]);
        return line;
    }

    /// <summary>a (M, K) times b (K, N).</summary>
    public static DoubleTensor Product(DoubleTensor a, DoubleTensor b)
    {
        int m = a.Shape[0],
            k = a.Shape[1],
            n = b.Shape[1];
        var product = new double[m * n];
        for (int i = 0; i < m; i++)
        for (int l = 0; l < k; l++)
        for (int j = 0; j < n; j++)
            product[i * n + j] += a.Values[i * k + l] * b.Values[l * n + j];
        return new([m, n], product);
    }

    public DoubleTensor Transpose() => Of([shape[1], shape[0]], i => At(i[1], i[0]));
}
