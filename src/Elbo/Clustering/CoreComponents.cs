using Elbo.Neighbours;

namespace Elbo.Clustering;

/// <summary>
/// Connected components of the core points of <see cref="Dbscan"/>: points within eps of each other are joined.
/// </summary>
/// <remarks>
/// A union-find forest in which the parent of a point has a lower index. The root of a cluster is thus its first core
/// point, whichever thread joined which points. Threads join by compare-and-swap (Anderson and Woll 1991). A search
/// skips boxes whose core points are all in the searching point's cluster. The core points of a box whose diagonal is
/// at most eps are in one cluster from the start. Without this, dense data would cost as much as its number of
/// neighbour pairs.
/// </remarks>
internal sealed class CoreComponents
{
    private readonly KdTree _tree;
    private readonly bool[] _core;
    private readonly double _squaredEps;
    private readonly int[] _parents;

    /// <summary>
    /// For each node: one of its core points if all are known to be in one cluster, else <see cref="Several"/>, or
    /// <see cref="None"/> if there are none.
    /// </summary>
    private readonly int[] _representatives;

    private const int None = -1;
    private const int Several = -2;

    /// <summary>Prepares the core points of a tree, given by position, for joining.</summary>
    public CoreComponents(KdTree tree, bool[] core, double eps)
    {
        (_tree, _core, _squaredEps) = (tree, core, eps * eps);
        _parents = new int[tree.Count];
        for (int i = 0; i < _parents.Length; i++)
            _parents[i] = i;
        _representatives = new int[tree.Nodes.Count];
        for (int node = 0; node < _representatives.Length; node++)
            Represent(node);
    }

    /// <summary>Joins all core points within eps of each other.</summary>
    public void Connect(Partition partition, CancellationToken cancellation) =>
        partition.Run(
            _tree.Count,
            (first, last) =>
            {
                for (int position = first; position < last; position++)
                {
                    if (!_core[position])
                        continue;
                    var joiner = new Joiner(this, _tree.Order[position]);
                    _tree.Visit(_tree.Point(position), _squaredEps, ref joiner);
                }
            },
            cancellation: cancellation
        );

    /// <summary>The cluster of every point by index, after all points are joined.</summary>
    public int[] Label(Partition partition, CancellationToken cancellation, out int clusters)
    {
        int[] labels = new int[_tree.Count],
            positions = new int[_tree.Count];
        for (int position = 0; position < positions.Length; position++)
            positions[_tree.Order[position]] = position;
        clusters = 0;
        for (int i = 0; i < labels.Length; i++)
            labels[i] =
                !_core[positions[i]] ? Dbscan.Noise
                : Find(i) == i ? clusters++
                : labels[Find(i)];
        partition.Run(
            _tree.Count,
            (first, last) =>
            {
                for (int position = first; position < last; position++)
                {
                    if (_core[position])
                        continue;
                    var border = new Border(this, labels);
                    _tree.Visit(_tree.Point(position), _squaredEps, ref border);
                    if (border.Label < int.MaxValue)
                        labels[_tree.Order[position]] = border.Label;
                }
            },
            cancellation: cancellation
        );
        return labels;
    }

    private void Represent(int node)
    {
        var (start, end, _) = _tree.Nodes[node];
        bool compact = _tree.SquaredDiameter(node) <= _squaredEps;
        _representatives[node] = None;
        for (int position = start; position < end; position++)
        {
            if (!_core[position])
                continue;
            if (!compact)
            {
                _representatives[node] = Several;
                return;
            }
            if (_representatives[node] == None)
                _representatives[node] = _tree.Order[position];
            else
                Join(_representatives[node], _tree.Order[position]);
        }
    }

    /// <summary>
    /// The current representative of a node's core points. Clusters only grow together, so a representative stays valid
    /// once found.
    /// </summary>
    private int Representative(int node)
    {
        int representative = Volatile.Read(ref _representatives[node]);
        if (representative != Several)
            return representative;
        var (start, end, right) = _tree.Nodes[node];
        if (right > 0)
        {
            int a = Volatile.Read(ref _representatives[node + 1]),
                b = Volatile.Read(ref _representatives[right]);
            if (a == Several || b == Several || (a != None && b != None && Find(a) != Find(b)))
                return Several;
            representative = a == None ? b : a;
        }
        else
        {
            representative = None;
            for (int position = start; position < end; position++)
            {
                if (!_core[position])
                    continue;
                if (representative == None)
                    representative = _tree.Order[position];
                else if (Find(representative) != Find(_tree.Order[position]))
                    return Several;
            }
        }
        Volatile.Write(ref _representatives[node], representative);
        return representative;
    }

    private int Find(int index)
    {
        while (true)
        {
            int parent = Volatile.Read(ref _parents[index]),
                above = Volatile.Read(ref _parents[parent]);
            if (parent == above)
                return parent;
            // Halves the path. If another thread has changed the parent meanwhile, this still sets it to an ancestor.
            Volatile.Write(ref _parents[index], above);
            index = above;
        }
    }

    private void Join(int a, int b)
    {
        while (true)
        {
            (a, b) = (Find(a), Find(b));
            if (a == b)
                return;
            if (a > b)
                (a, b) = (b, a);
            if (Interlocked.CompareExchange(ref _parents[b], a, b) == b)
                return;
        }
    }

    private readonly struct Joiner(CoreComponents components, int index) : IBallVisitor
    {
        public bool Skips(int node)
        {
            int representative = components.Representative(node);
            return representative == None
                || (representative >= 0 && components.Find(representative) == components.Find(index));
        }

        public bool Visit(int position, double squaredDistance)
        {
            if (components._core[position])
                components.Join(index, components._tree.Order[position]);
            return true;
        }
    }

    private struct Border(CoreComponents components, int[] labels) : IBallVisitor
    {
        public int Label { get; private set; } = int.MaxValue;

        public readonly bool Skips(int node) => components._representatives[node] == None;

        public bool Visit(int position, double squaredDistance)
        {
            if (components._core[position])
                Label = Math.Min(Label, labels[components._tree.Order[position]]);
            return true;
        }
    }
}
