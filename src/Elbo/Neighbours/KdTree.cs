namespace Elbo.Neighbours;

/// <summary>Points sorted into nested boxes, so that those near a place are found without looking at all.</summary>
/// <remarks>
/// Bentley 1975; each box is cut at the median of its widest side. It is exact for any number of dimensions, and in few
/// of them fast. Distances are
/// summed in double, in the order of the dimensions. It never changes: any number of threads may search at once.
/// </remarks>
internal sealed class KdTree
{
    private const int LeafSize = 16;

    /// <summary>Halving 2³¹ points needs no more levels, and each leaves one box on the stack of a search.</summary>
    private const int MostPending = 64;

    private readonly float[] _points;
    private readonly float[] _bounds;
    private readonly List<Node> _nodes = [];

    /// <summary>Sorts points.</summary>
    /// <param name="points">(N, <paramref name="dimensions"/>), row by row, all finite.</param>
    /// <param name="dimensions">Length of a point.</param>
    public KdTree(ReadOnlySpan<float> points, int dimensions)
    {
        Dimensions = dimensions;
        int count = points.Length / dimensions;
        Order = new int[count];
        for (int i = 0; i < count; i++)
            Order[i] = i;
        if (count > 0)
            Build(points, 0, count, new float[count]);
        _points = new float[points.Length];
        for (int i = 0; i < count; i++)
            points.Slice(Order[i] * dimensions, dimensions).CopyTo(_points.AsSpan(i * dimensions));
        _bounds = new float[2 * dimensions * _nodes.Count];
        for (int node = _nodes.Count - 1; node >= 0; node--)
            Bound(node);
    }

    /// <summary>Length of a point.</summary>
    public int Dimensions { get; }

    /// <summary>N, the number of points.</summary>
    public int Count => Order.Length;

    /// <summary>
    /// The index of the point at each position of the tree; the points of a node are neighbours there.
    /// </summary>
    public int[] Order { get; }

    /// <summary>The nodes: the root first, each before its children.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>The point at a position of the tree.</summary>
    public ReadOnlySpan<float> Point(int position) => _points.AsSpan(position * Dimensions, Dimensions);

    /// <summary>The squared diagonal of a node's box: no two of its points are farther apart.</summary>
    public double SquaredDiameter(int node)
    {
        double sum = 0;
        for (int d = 0; d < Dimensions; d++)
        {
            double side = (double)Upper(node)[d] - Lower(node)[d];
            sum += side * side;
        }
        return sum;
    }

    /// <summary>
    /// Shows <paramref name="visitor"/> the points at most so far from <paramref name="point"/>, in an order that is
    /// always the same.
    /// </summary>
    public void Visit<TVisitor>(ReadOnlySpan<float> point, double squaredRadius, ref TVisitor visitor)
        where TVisitor : struct, IBallVisitor, allows ref struct
    {
        if (_nodes.Count == 0)
            return;
        Span<int> pending = stackalloc int[MostPending];
        int depth = 0;
        if (SquaredDistance(point, 0) <= squaredRadius)
            pending[depth++] = 0;
        while (depth > 0)
        {
            int node = pending[--depth];
            if (visitor.Skips(node))
                continue;
            var (start, end, right) = _nodes[node];
            if (right > 0)
            {
                // The nearer box first: who looks for a few points finds them soon.
                double toLeft = SquaredDistance(point, node + 1),
                    toRight = SquaredDistance(point, right);
                var (near, far) = toLeft <= toRight ? (node + 1, right) : (right, node + 1);
                if (Math.Max(toLeft, toRight) <= squaredRadius)
                    pending[depth++] = far;
                if (Math.Min(toLeft, toRight) <= squaredRadius)
                    pending[depth++] = near;
                continue;
            }
            for (int position = start; position < end; position++)
            {
                double square = SquaredDistance(point, Point(position));
                if (square <= squaredRadius && !visitor.Visit(position, square))
                    return;
            }
        }
    }

    /// <summary>
    /// The nearest points, nearest first, and their squared distances; of equally distant ones, those of lower index.
    /// </summary>
    /// <param name="point">From where.</param>
    /// <param name="except">A point that does not count, by index; −1 for none.</param>
    /// <param name="neighbours">Their indices, as many as there is room for; there have to be so many.</param>
    /// <param name="squares">As many distances.</param>
    public void Nearest(ReadOnlySpan<float> point, int except, Span<int> neighbours, Span<double> squares)
    {
        var heap = new NearestHeap(neighbours, squares);
        Span<int> pending = stackalloc int[MostPending];
        Span<double> distances = stackalloc double[MostPending];
        int depth = 0;
        (pending[depth], distances[depth++]) = (0, 0);
        while (depth > 0)
        {
            int node = pending[--depth];
            if (distances[depth] > heap.Farthest)
                continue;
            var (start, end, right) = _nodes[node];
            if (right > 0)
            {
                double toLeft = SquaredDistance(point, node + 1),
                    toRight = SquaredDistance(point, right);
                bool leftFirst = toLeft <= toRight;
                (pending[depth], distances[depth++]) = leftFirst ? (right, toRight) : (node + 1, toLeft);
                (pending[depth], distances[depth++]) = leftFirst ? (node + 1, toLeft) : (right, toRight);
                continue;
            }
            for (int position = start; position < end; position++)
                if (Order[position] != except)
                    heap.Offer(Order[position], SquaredDistance(point, Point(position)));
        }
        heap.Sort();
    }

    private void Build(ReadOnlySpan<float> points, int start, int end, float[] keys)
    {
        int node = _nodes.Count;
        _nodes.Add(new Node(start, end, 0));
        if (end - start <= LeafSize)
            return;
        int axis = WidestAxis(points, start, end);
        for (int i = start; i < end; i++)
            keys[i] = points[(Order[i] * Dimensions) + axis];
        keys.AsSpan(start, end - start).Sort(Order.AsSpan(start, end - start));
        int middle = start + ((end - start) / 2);
        Build(points, start, middle, keys);
        _nodes[node] = new Node(start, end, _nodes.Count);
        Build(points, middle, end, keys);
    }

    private int WidestAxis(ReadOnlySpan<float> points, int start, int end)
    {
        int widest = 0;
        float width = -1;
        for (int d = 0; d < Dimensions; d++)
        {
            float low = float.PositiveInfinity,
                high = float.NegativeInfinity;
            for (int i = start; i < end; i++)
            {
                float value = points[(Order[i] * Dimensions) + d];
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            }
            if (high - low > width)
                (widest, width) = (d, high - low);
        }
        return widest;
    }

    private void Bound(int node)
    {
        var (start, end, _) = _nodes[node];
        Span<float> lower = _bounds.AsSpan(2 * node * Dimensions, Dimensions),
            upper = _bounds.AsSpan(((2 * node) + 1) * Dimensions, Dimensions);
        Point(start).CopyTo(lower);
        Point(start).CopyTo(upper);
        for (int position = start + 1; position < end; position++)
        {
            var point = Point(position);
            for (int d = 0; d < Dimensions; d++)
                (lower[d], upper[d]) = (Math.Min(lower[d], point[d]), Math.Max(upper[d], point[d]));
        }
    }

    private ReadOnlySpan<float> Lower(int node) => _bounds.AsSpan(2 * node * Dimensions, Dimensions);

    private ReadOnlySpan<float> Upper(int node) => _bounds.AsSpan(((2 * node) + 1) * Dimensions, Dimensions);

    /// <summary>
    /// From a point to the nearest place of a node's box; never more than to a point in it, since both are summed
    /// alike.
    /// </summary>
    private double SquaredDistance(ReadOnlySpan<float> point, int node)
    {
        ReadOnlySpan<float> lower = Lower(node),
            upper = Upper(node);
        double sum = 0;
        for (int d = 0; d < lower.Length; d++)
        {
            double outside = Math.Max(0, Math.Max((double)lower[d] - point[d], (double)point[d] - upper[d]));
            sum += outside * outside;
        }
        return sum;
    }

    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int d = 0; d < b.Length; d++)
        {
            double difference = (double)a[d] - b[d];
            sum += difference * difference;
        }
        return sum;
    }

    /// <summary>A box.</summary>
    /// <param name="Start">The position of its first point.</param>
    /// <param name="End">The position after its last point.</param>
    /// <param name="Right">Its second child, the first being the next node; 0 for a leaf.</param>
    internal readonly record struct Node(int Start, int End, int Right);
}

/// <summary>What is done with the points of a <see cref="KdTree"/> that lie within a ball.</summary>
internal interface IBallVisitor
{
    /// <summary>Whether the points of a node need not be looked at.</summary>
    bool Skips(int node);

    /// <summary>Takes a point by its position in the tree and its squared distance; false ends the search.</summary>
    bool Visit(int position, double squaredDistance);
}
