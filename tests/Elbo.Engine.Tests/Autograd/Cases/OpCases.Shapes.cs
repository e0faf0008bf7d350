using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd.Cases;

internal static partial class OpCases
{
    private static readonly int[] GatheredRows = [3, 0, 3, 4, 3];

    public static IEnumerable<OpCase> Shapes()
    {
        (Shape From, Shape To)[] reshapes =
        [
            ([], [1, 1]),
            ([13], [13]),
            ([3, 13], [39]),
            ([784], [1, 28, 28]),
            ([2, 3, 1, 4, 5], [6, 20]),
            ([0, 3], [5, 0]),
        ];
        foreach (var (from, to) in reshapes)
            yield return Unary(
                "Reshape(Tensor, Shape)",
                $"{from} to {to}",
                new(from),
                x => Ops.Reshape(x, to),
                x => x.Reshape(to)
            );
        yield return Unary(
            "Reshape(Tensor, Shape)",
            "large",
            new(LargeShape),
            x => Ops.Reshape(x, [1001, 37]),
            x => x.Reshape([1001, 37])
        ) with
        {
            IsLarge = true,
        };
        yield return Unary(
            "Reshape(Tensor, Shape)",
            "of a tensor used elsewhere too",
            new([2, 3]),
            x => Ops.Add(Ops.Reshape(x, [6]), Ops.Reshape(Ops.Square(x), [6])),
            x => x.Map(v => v + v * v).Reshape([6])
        );

        foreach (Shape shape in new Shape[] { [1, 1], [3, 37], [2, 13, 5], [2, 1, 3, 4, 5], [0, 3] })
            yield return Transposed(shape);
        yield return Transposed([150, 201]) with
        {
            IsLarge = true,
        };

        (Shape Shape, int[] Order)[] permutations =
        [
            ([], []),
            ([13], [0]),
            ([3, 37], [1, 0]),
            ([2, 3, 13], [2, 0, 1]),
            ([2, 3, 4, 5], [0, 2, 1, 3]),
            ([2, 3, 1, 4, 5], [4, 2, 0, 3, 1]),
        ];
        foreach (var (shape, order) in permutations)
            yield return Permuted(shape, order);
        yield return Permuted([7, 50, 60], [1, 0, 2]) with
        {
            IsLarge = true,
        };

        (Shape Shape, int Axis, int Start, int Length)[] slices =
        [
            ([13], 0, 0, 13),
            ([13], -1, 12, 1),
            ([3, 37], 1, 5, 20),
            ([3, 37], 0, 1, 2),
            ([2, 3, 4, 5, 3], 2, 1, 2),
            ([3, 13], 1, 4, 0),
        ];
        foreach (var (shape, axis, start, length) in slices)
            yield return Sliced(shape, axis, start, length);
        yield return Sliced([40, 1001], 1, 100, 800) with
        {
            IsLarge = true,
        };
        yield return Unary(
            "Slice(Tensor, Int32, Int32, Int32)",
            "two of one tensor that overlap",
            new([37]),
            x => Ops.Add(Ops.Slice(x, 0, 0, 30), Ops.Slice(x, 0, 7, 30)),
            x => DoubleTensor.Of([30], i => x.Values[i[0]] + x.Values[i[0] + 7])
        );

        (int Axis, Shape[] Parts)[] concats =
        [
            (
                0,
                [
                    [13],
                ]
            ),
            (
                0,
                [
                    [1],
                    [3],
                    [0],
                    [13],
                ]
            ),
            (
                -1,
                [
                    [3, 1],
                    [3, 37],
                ]
            ),
            (
                1,
                [
                    [2, 3, 5],
                    [2, 1, 5],
                    [2, 2, 5],
                ]
            ),
            (
                -2,
                [
                    [2, 3, 1, 4, 5],
                    [2, 3, 1, 1, 5],
                ]
            ),
        ];
        foreach (var (axis, parts) in concats)
            yield return Concatenated(axis, parts);
        yield return Concatenated(
            1,
            [
                [40, 500],
                [40, 501],
            ]
        ) with
        {
            IsLarge = true,
        };
        yield return Unary(
            "Concat(Int32, ReadOnlySpan`1)",
            "of a tensor with itself",
            new([3, 5]),
            x => Ops.Concat(1, x, x),
            x => DoubleTensor.Of([3, 10], i => x.At(i[0], i[1] % 5))
        );

        foreach (Shape shape in new Shape[] { [5], [5, 13], [5, 2, 1, 3, 5], [5, 784] })
            yield return Gathered(shape, GatheredRows);
        yield return Gathered([5, 3], []);
        yield return Gathered([500, 101], [.. Enumerable.Range(0, 300).Select(i => i * 7 % 500)]) with
        {
            IsLarge = true,
        };
    }

    private static OpCase Transposed(Shape shape) =>
        Unary(
            "Transpose(Tensor)",
            $"{shape}",
            new(shape),
            Ops.Transpose,
            x => DoubleTensor.Of(shape.With(-1, shape[-2]).With(-2, shape[-1]), i => x.At([.. i[..^2], i[^1], i[^2]]))
        );

    private static OpCase Permuted(Shape shape, int[] order) =>
        Unary(
            "Permute(Tensor, ReadOnlySpan`1)",
            $"{shape} to {string.Join("", order)}",
            new(shape),
            x => Ops.Permute(x, order),
            x =>
                DoubleTensor.Of(
                    [.. order.Select(o => shape[o])],
                    i =>
                    {
                        var source = new int[order.Length];
                        for (int d = 0; d < order.Length; d++)
                            source[order[d]] = i[d];
                        return x.At(source);
                    }
                )
        );

    private static OpCase Sliced(Shape shape, int axis, int start, int length) =>
        Unary(
            "Slice(Tensor, Int32, Int32, Int32)",
            $"{shape} axis {axis} from {start}, {length} long",
            new(shape),
            x => Ops.Slice(x, axis, start, length),
            x =>
                DoubleTensor.Of(
                    shape.With(axis, length),
                    i =>
                    {
                        var source = (int[])i.Clone();
                        source[axis < 0 ? axis + shape.Rank : axis] += start;
                        return x.At(source);
                    }
                )
        );

    private static OpCase Concatenated(int axis, Shape[] parts) =>
        new(
            "Concat(Int32, ReadOnlySpan`1)",
            $"{string.Join(" ", parts)} along {axis}",
            [.. parts.Select(p => new Operand(p))],
            (_, t) => Ops.Concat(axis, t),
            d =>
                DoubleTensor.Of(
                    parts[0].With(axis, parts.Sum(p => p[axis])),
                    i =>
                    {
                        var index = (int[])i.Clone();
                        int a = axis < 0 ? axis + parts[0].Rank : axis,
                            part = 0;
                        for (; index[a] >= parts[part][a]; part++)
                            index[a] -= parts[part][a];
                        return d[part].At(index);
                    }
                )
        );

    private static OpCase Gathered(Shape shape, int[] rows) =>
        Unary(
            "Gather(Tensor, ReadOnlyMemory`1)",
            $"{rows.Length} of {shape}",
            new(shape),
            x => Ops.Gather(x, rows),
            x => DoubleTensor.Of(shape.With(0, rows.Length), i => x.At([rows[i[0]], .. i[1..]]))
        );
}
