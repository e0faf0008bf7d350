namespace Elbo.Figures.Drawing;

/// <summary>How much of each pixel a shape covers, exactly, from the signed areas that its edges sweep.</summary>
/// <remarks>
/// <para>Each edge adds to a cell the area it covers there and to the next the rest, so that a running sum along a row
/// gives the coverage times the winding number. Overlapping parts of one direction of turning clamp to a union.</para>
/// <para>The method of Raph Levien's font-rs (2016), as in stb_truetype.</para>
/// </remarks>
internal sealed class CoverageMask
{
    private float[] _cells = [];
    private int _left,
        _top,
        _width,
        _height,
        _stride;

    /// <summary>Leftmost column, in pixels.</summary>
    public int Left => _left;

    /// <summary>Topmost row.</summary>
    public int Top => _top;

    /// <summary>Columns.</summary>
    public int Width => _width;

    /// <summary>Rows.</summary>
    public int Height => _height;

    /// <summary>
    /// Starts an empty shape within whole pixels [left, right) × [top, bottom); false if that is nothing.
    /// </summary>
    public bool Begin(int left, int top, int right, int bottom)
    {
        if (right <= left || bottom <= top)
            return false;
        (_left, _top, _width, _height, _stride) = (left, top, right - left, bottom - top, right - left + 2);
        int needed = _stride * _height;
        if (_cells.Length < needed)
            _cells = new float[needed];
        else
            _cells.AsSpan(0, needed).Clear();
        return true;
    }

    /// <summary>Adds a closed contour, in pixels of the whole canvas.</summary>
    public void AddContour(ReadOnlySpan<Point> points)
    {
        for (int i = 0; i < points.Length; i++)
            AddEdge(points[i], points[i + 1 == points.Length ? 0 : i + 1]);
    }

    /// <summary>Adds one edge of a closed contour.</summary>
    public void AddEdge(Point from, Point to)
    {
        double x0 = from.X - _left,
            y0 = from.Y - _top,
            x1 = to.X - _left,
            y1 = to.Y - _top;
        if (y0 == y1)
            return;
        int direction = 1;
        if (y0 > y1)
            (x0, y0, x1, y1, direction) = (x1, y1, x0, y0, -1);
        double slope = (x1 - x0) / (y1 - y0);
        if (y0 < 0)
            (x0, y0) = (x0 - (y0 * slope), 0);
        if (y1 > _height)
            (x1, y1) = (x1 + ((_height - y1) * slope), _height);
        if (y0 >= y1)
            return;

        // Beyond the left side an edge covers whole rows; beyond the right side it covers nothing here.
        // Both are the same edge moved upright onto that side, so it is cut where it crosses them.
        Span<double> cuts = [y0, y1, y1, y1];
        int count = 1;
        foreach (double side in (ReadOnlySpan<double>)(slope > 0 ? [0, _width] : [_width, 0]))
        {
            double crossing = slope == 0 ? double.NaN : y0 + ((side - x0) / slope);
            if (crossing > cuts[count - 1] && crossing < y1)
                cuts[count++] = crossing;
        }
        cuts[count] = y1;
        for (int i = 0; i < count; i++)
        {
            double a = x0 + ((cuts[i] - y0) * slope),
                b = x0 + ((cuts[i + 1] - y0) * slope);
            Sweep(Math.Clamp(a, 0, _width), cuts[i], Math.Clamp(b, 0, _width), cuts[i + 1], direction);
        }
    }

    /// <summary>The coverage of one row of the mask, each in [0, 1]; ends the use of that row's sums.</summary>
    public ReadOnlySpan<float> Row(int row)
    {
        var cells = _cells.AsSpan(row * _stride, _width);
        float sum = 0;
        for (int x = 0; x < cells.Length; x++)
        {
            sum += cells[x];
            cells[x] = Math.Min(Math.Abs(sum), 1f);
        }
        return cells;
    }

    private void Sweep(double x0, double y0, double x1, double y1, int direction)
    {
        if (y1 <= y0)
            return;
        double slope = (x1 - x0) / (y1 - y0);
        double x = x0;
        int last = Math.Min(_height, (int)Math.Ceiling(y1));
        for (int row = (int)y0; row < last; row++)
        {
            double height = Math.Min(row + 1, y1) - Math.Max(row, y0);
            double next = Math.Clamp(x + (slope * height), 0, _width);
            AddToRow(_cells.AsSpan(row * _stride, _stride), Math.Min(x, next), Math.Max(x, next), height * direction);
            x = next;
        }
    }

    private static void AddToRow(Span<float> row, double from, double to, double area)
    {
        int first = (int)from;
        int end = (int)Math.Ceiling(to);
        if (end <= first + 1)
        {
            double beyond = ((from + to) / 2) - first;
            row[first] += (float)(area * (1 - beyond));
            row[first + 1] += (float)(area * beyond);
            return;
        }
        double perPixel = 1 / (to - from);
        double covered = 0;
        for (int x = first; x < end; x++)
        {
            // Right of the edge within pixel x: the integral of the edge's progress up to each place in the pixel.
            double a = Math.Max(from, x) - from,
                b = Math.Min(to, x + 1) - from;
            double total = ((b * b) - (a * a)) / 2 * perPixel + ((x + 1 - Math.Min(to, x + 1)) * 1.0);
            row[x] += (float)(area * (total - covered));
            covered = total;
        }
        row[end] += (float)(area * (1 - covered));
    }
}
