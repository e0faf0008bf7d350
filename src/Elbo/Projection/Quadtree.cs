namespace Elbo.Projection;

/// <summary>Points of a plane in nested squares. Each square stores the number and the centre of its points.</summary>
/// <remarks>
/// Barnes and Hut 1986, used for repulsion as in van der Maaten 2014, section 4. It is rebuilt in the same arrays for
/// every iteration.
/// </remarks>
internal sealed class Quadtree(int count)
{
    /// <summary>The maximum depth. Squares of that depth are so small that their points count as one place.</summary>
    private const int MostDepth = 48;

    private readonly int[] _leaves = new int[count];
    private Cell[] _cells = new Cell[4 * count + 16];
    private int _used;

    /// <summary>Builds the tree of <paramref name="y"/>, (N, 2).</summary>
    public void Build(ReadOnlySpan<double> y)
    {
        double left = double.PositiveInfinity,
            right = double.NegativeInfinity,
            low = left,
            high = right;
        for (int i = 0; i < count; i++)
        {
            (left, right) = (Math.Min(left, y[2 * i]), Math.Max(right, y[2 * i]));
            (low, high) = (Math.Min(low, y[(2 * i) + 1]), Math.Max(high, y[(2 * i) + 1]));
        }
        // Large enough for points on the border, and for the case that all points coincide.
        double width = Math.Max(Math.Max(right - left, high - low) * (1 + 1e-9), 1e-12);
        _used = 1;
        _cells[0] = new Cell
        {
            CenterX = (left + right) / 2,
            CenterY = (low + high) / 2,
            Width = width,
            Point = -1,
        };
        for (int i = 0; i < count; i++)
            Insert(i, y);
        for (int c = 0; c < _used; c++)
        {
            _cells[c].MeanX = _cells[c].SumX / _cells[c].Mass;
            _cells[c].MeanY = _cells[c].SumY / _cells[c].Mass;
        }
    }

    /// <summary>Σ q² (yᵢ − yⱼ) and Σ q over all other points j, with q = 1 / (1 + ‖yᵢ − yⱼ‖²).</summary>
    /// <param name="i">The point.</param>
    /// <param name="y">The positions from which the tree was built.</param>
    /// <param name="theta">A square counts as one point if its width is less than this times its distance.</param>
    public (double X, double Y, double Sum) Repulsion(int i, ReadOnlySpan<double> y, double theta)
    {
        double x = y[2 * i],
            z = y[(2 * i) + 1],
            forceX = 0,
            forceY = 0,
            sum = 0,
            limit = theta * theta;
        Span<int> open = stackalloc int[4 * (MostDepth + 2)];
        int depth = 0;
        open[depth++] = 0;
        int own = _leaves[i];
        while (depth > 0)
        {
            int index = open[--depth];
            ref readonly var cell = ref _cells[index];
            double dx = x - cell.MeanX,
                dy = z - cell.MeanY,
                square = (dx * dx) + (dy * dy);
            if (cell.Children != 0 && cell.Width * cell.Width >= limit * square)
            {
                for (int child = cell.Children; child < cell.Children + 4; child++)
                    if (_cells[child].Mass > 0)
                        open[depth++] = child;
                continue;
            }
            double q = 1 / (1 + square);
            int others = index == own ? cell.Mass - 1 : cell.Mass;
            sum += others * q;
            forceX += others * q * q * dx;
            forceY += others * q * q * dy;
        }
        return (forceX, forceY, sum);
    }

    private void Insert(int i, ReadOnlySpan<double> y)
    {
        int at = 0;
        for (int depth = 0; ; depth++)
        {
            _cells[at].Add(y[2 * i], y[(2 * i) + 1]);
            if (_cells[at].Children == 0)
            {
                if (_cells[at].Mass == 1 || depth == MostDepth)
                {
                    _cells[at].Point = i;
                    _leaves[i] = at;
                    return;
                }
                Split(at, y);
            }
            at = Child(at, y[2 * i], y[(2 * i) + 1]);
        }
    }

    /// <summary>Gives a leaf four children and moves its point into one of them.</summary>
    private void Split(int at, ReadOnlySpan<double> y)
    {
        if (_used + 4 > _cells.Length)
            Array.Resize(ref _cells, 2 * _cells.Length);
        int first = _used,
            point = _cells[at].Point;
        _used += 4;
        double half = _cells[at].Width / 2;
        for (int k = 0; k < 4; k++)
            _cells[first + k] = new Cell
            {
                CenterX = _cells[at].CenterX + ((k & 1) == 0 ? -half / 2 : half / 2),
                CenterY = _cells[at].CenterY + ((k & 2) == 0 ? -half / 2 : half / 2),
                Width = half,
                Point = -1,
            };
        _cells[at].Children = first;
        int child = Child(at, y[2 * point], y[(2 * point) + 1]);
        _cells[child].Add(y[2 * point], y[(2 * point) + 1]);
        _cells[child].Point = point;
        _leaves[point] = child;
    }

    private int Child(int at, double x, double y) =>
        _cells[at].Children + (x < _cells[at].CenterX ? 0 : 1) + (y < _cells[at].CenterY ? 0 : 2);

    private struct Cell
    {
        public double CenterX,
            CenterY,
            Width,
            SumX,
            SumY,
            MeanX,
            MeanY;
        public int Mass,
            Children,
            Point;

        public void Add(double x, double y)
        {
            SumX += x;
            SumY += y;
            Mass++;
        }
    }
}
