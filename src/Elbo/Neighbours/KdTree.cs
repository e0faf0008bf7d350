namespace Elbo.Neighbours;

/// <summary>A k-d tree: points in nested boxes, for fast searches of the neighbourhood of a point.</summary>
/// <remarks>
/// Bentley 1975. Each box is split at the median of its widest side. Searches are exact for any number of dimensions,
/// and fast for few. Distances are summed in double precision, in one fixed order of the dimensions. Instances are immutable,
/// so any number of threads can search at the same time.
/// </remarks>
internal sealed class KdTree
{
    private const int LeafSize = 16;

    /// <summary>From this number of dimensions on, distances are summed in four parts.</summary>
    private const int Wide = 32;

    /// <summary>
    /// The largest stack of a search: halving 2³¹ points needs fewer levels, and each leaves one box on the stack.
    /// </summary>
    private const int MostPending = 64;

    private readonly float[] _points;
    private readonly float[] _bounds;
    private readonly List<Node> _nodes = [];

    /// <summary>Builds the tree.</summary>
    /// <param name="points">Finite coordinates (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of coordinates of a point.</param>
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

    /// <summary>Number of coordinates of a point.</summary>
    public int Dimensions { get; }

    /// <summary>Number of points N.</summary>
    public int Count => Order.Length;

    /// <summary>
    /// The point index at each position of the tree. The points of a node have consecutive positions.
    /// </summary>
    public int[] Order { get; }

    /// <summary>The nodes in preorder: the root first, each node before its children.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>The point at a position of the tree.</summary>
    public ReadOnlySpan<float> Point(int position) => _points.AsSpan(position * Dimensions, Dimensions);

    /// <summary>
    /// The squared diagonal of a node's box, an upper bound on the squared distance between its points.
    /// </summary>
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
    /// Passes the points within a ball around <paramref name="point"/> to <paramref name="visitor"/>, in a fixed order.
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
                // The nearer box first, so that a search for a few points ends early.
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
    /// Finds the nearest points and their squared distances, nearest first. Ties go to the lower index.
    /// </summary>
    /// <param name="point">The centre of the search.</param>
    /// <param name="except">Index of a point to ignore; −1 for none.</param>
    /// <param name="neighbours">
    /// Receives the indices. Its length is the number of neighbours, at most the number of points.
    /// </param>
    /// <param name="squares">Receives the squared distances; as long as <paramref name="neighbours"/>.</param>
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
    /// Squared distance from a point to the nearest place of a node's box. It never exceeds the distance to a point in
    /// the box, because both are summed in the same order.
    /// </summary>
    private double SquaredDistance(ReadOnlySpan<float> point, int node)
    {
        ReadOnlySpan<float> lower = Lower(node),
            upper = Upper(node);
        double sum = 0;
        int d = 0;
        if (lower.Length >= Wide)
        {
            double second = 0,
                third = 0,
                fourth = 0;
            for (; d <= lower.Length - 4; d += 4)
            {
                sum += Outside(lower[d], point[d], upper[d]);
                second += Outside(lower[d + 1], point[d + 1], upper[d + 1]);
                third += Outside(lower[d + 2], point[d + 2], upper[d + 2]);
                fourth += Outside(lower[d + 3], point[d + 3], upper[d + 3]);
            }
            sum += second + (third + fourth);
        }
        for (; d < lower.Length; d++)
            sum += Outside(lower[d], point[d], upper[d]);
        return sum;

        static double Outside(float lower, float value, float upper)
        {
            double outside = Math.Max(0, Math.Max((double)lower - value, (double)value - upper));
            return outside * outside;
        }
    }

    /// <summary>
    /// Squared distance of two points. With many dimensions, four independent sums keep the processor from waiting for
    /// each addition.
    /// </summary>
    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        int d = 0;
        if (b.Length >= Wide)
        {
            double second = 0,
                third = 0,
                fourth = 0;
            for (; d <= b.Length - 4; d += 4)
            {
                sum += Square(a[d], b[d]);
                second += Square(a[d + 1], b[d + 1]);
                third += Square(a[d + 2], b[d + 2]);
                fourth += Square(a[d + 3], b[d + 3]);
            }
            sum += second + (third + fourth);
        }
        for (; d < b.Length; d++)
            sum += Square(a[d], b[d]);
        return sum;

        static double Square(float a, float b)
        {
            double difference = (double)a - b;
            return difference * difference;
        }
    }

    /// <summary>A box of points.</summary>
    /// <param name="Start">Position of the first point.</param>
    /// <param name="End">Position after the last point.</param>
    /// <param name="Right">The second child; the first child is the next node. 0 for a leaf.</param>
    internal readonly record struct Node(int Start, int End, int Right);
}

/// <summary>Receives the points of a <see cref="KdTree"/> within a ball.</summary>
internal interface IBallVisitor
{
    /// <summary>Whether the search can skip a node.</summary>
    bool Skips(int node);

    /// <summary>
    /// Receives a point by its position in the tree, and its squared distance. False ends the search.
    /// </summary>
    bool Visit(int position, double squaredDistance);
}
