namespace Elbo.Neighbours;

/// <summary>
/// A heap of the nearest points offered so far, with the farthest on top. Ties go to the lower index.
/// </summary>
internal ref struct NearestHeap(Span<int> indices, Span<double> squares)
{
    private readonly Span<int> _indices = indices;
    private readonly Span<double> _squares = squares;
    private int _kept;

    /// <summary>The squared distance beyond which points are rejected.</summary>
    public readonly double Farthest =>
        _kept < _indices.Length ? double.PositiveInfinity
        : _indices.Length > 0 ? _squares[0]
        : double.NegativeInfinity;

    /// <summary>Adds a point if there is room or it is nearer than one of the points in the heap.</summary>
    public void Offer(int index, double square)
    {
        if (_kept < _indices.Length)
        {
            int at = _kept++;
            (_indices[at], _squares[at]) = (index, square);
            for (int parent = (at - 1) / 2; at > 0 && Farther(at, parent); (at, parent) = (parent, (parent - 1) / 2))
                Swap(at, parent);
        }
        else if (_kept > 0 && (square < _squares[0] || (square == _squares[0] && index < _indices[0])))
        {
            (_indices[0], _squares[0]) = (index, square);
            Sink(_kept);
        }
    }

    /// <summary>Sorts the points, nearest first. No point can be offered afterwards.</summary>
    public void Sort()
    {
        for (int last = _kept - 1; last > 0; last--)
        {
            Swap(0, last);
            Sink(last);
        }
    }

    private readonly bool Farther(int a, int b) =>
        _squares[a] > _squares[b] || (_squares[a] == _squares[b] && _indices[a] > _indices[b]);

    private readonly void Swap(int a, int b) =>
        (_indices[a], _indices[b], _squares[a], _squares[b]) = (_indices[b], _indices[a], _squares[b], _squares[a]);

    private readonly void Sink(int count)
    {
        int at = 0;
        while ((2 * at) + 1 < count)
        {
            int child = (2 * at) + 1;
            if (child + 1 < count && Farther(child + 1, child))
                child++;
            if (!Farther(child, at))
                return;
            Swap(at, child);
            at = child;
        }
    }
}
