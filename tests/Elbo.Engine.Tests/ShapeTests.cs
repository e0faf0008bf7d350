namespace Elbo.Engine.Tests;

public class ShapeTests
{
    [Fact]
    public void Axes_count_from_either_end()
    {
        Shape shape = [2, 3, 5];
        Assert.Equal((2, 5, 5, 2), (shape[0], shape[2], shape[-1], shape[-3]));
        Assert.Equal((3, 30), (shape.Rank, shape.Count));
        Assert.Contains(
            "(2, 3, 5) has no axis 3.",
            Assert.Throws<ArgumentOutOfRangeException>(() => shape[3]).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "(2, 3, 5) has no axis -4.",
            Assert.Throws<ArgumentOutOfRangeException>(() => shape[-4]).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "() has no axis 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new Shape()[0]).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_default_is_the_shape_of_a_scalar()
    {
        Assert.Equal(new Shape(), default);
        Assert.Equal(1, default(Shape).Count);
        Assert.Equal("()", default(Shape).ToString());
    }

    [Fact]
    public void Equality_is_of_extents()
    {
        Assert.True(new Shape(2, 3) == [2, 3]);
        Assert.True(new Shape(2, 3) != [3, 2]);
        Assert.True(new Shape(6) != [2, 3]);
        Assert.True(new Shape(1) != []);
        Assert.True(new Shape(0, 3) != [3, 0]);
        Assert.Equal(new Shape(2, 3).GetHashCode(), new Shape(2, 3).GetHashCode());
    }

    [Fact]
    public void An_extent_can_be_changed_or_left_out()
    {
        Shape shape = [2, 3, 5];
        Assert.Equal([2, 3, 7], shape.With(-1, 7));
        Assert.Equal([2, 5], shape.Without(1));
        Assert.Equal([2, 3], shape.Without(-1));
        Assert.Equal([2, 3, 5], shape.ToArray());
    }

    [Fact]
    public void What_is_no_shape_is_named()
    {
        Assert.Contains(
            "6 dimensions were given; at most 5 are possible.",
            Assert.Throws<ArgumentException>(() => new Shape(1, 1, 1, 1, 1, 1)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "extent -3 is negative.",
            Assert.Throws<ArgumentException>(() => new Shape(2, -3)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "(65536, 65536) has more elements than one tensor can hold (2147483647).",
            Assert.Throws<ArgumentException>(() => new Shape(65536, 65536)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Counts_that_overflow_are_refused_and_empty_shapes_are_not()
    {
        // 2⁶⁴ elements, 0 if it wrapped round.
        Assert.Throws<ArgumentException>(() => new Shape(65536, 65536, 65536, 65536));
        Assert.Throws<ArgumentException>(() =>
            new Shape(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue)
        );
        Assert.Equal(int.MaxValue, new Shape(int.MaxValue).Count);
        Assert.Equal(0, new Shape(int.MaxValue, int.MaxValue, 0).Count);
    }

    [Theory]
    [InlineData(new int[] { }, new int[] { }, new int[] { })]
    [InlineData(new[] { 3 }, new int[] { }, new[] { 3 })]
    [InlineData(new[] { 2, 1, 5 }, new[] { 3, 1 }, new[] { 2, 3, 5 })]
    [InlineData(new[] { 1 }, new[] { 0 }, new[] { 0 })]
    [InlineData(new[] { 4, 1, 1, 1, 2 }, new[] { 7, 1 }, new[] { 4, 1, 1, 7, 2 })]
    public void Broadcasting_follows_NumPy_both_ways(int[] left, int[] right, int[] expected)
    {
        Assert.Equal(new Shape(expected), Shape.Broadcast(new Shape(left), new Shape(right)));
        Assert.Equal(new Shape(expected), Shape.Broadcast(new Shape(right), new Shape(left)));
    }

    [Fact]
    public void Shapes_that_do_not_broadcast_are_named() =>
        Assert.Equal(
            "(2, 3) and (4) do not broadcast: 3 meets 4.",
            Assert.Throws<ArgumentException>(() => Shape.Broadcast([2, 3], [4])).Message
        );
}
