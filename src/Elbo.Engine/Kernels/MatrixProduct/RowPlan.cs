namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>How rows are covered by tall tiles first and then short ones, with the fewest rows left over.</summary>
internal readonly struct RowPlan
{
    private readonly int _tall;
    private readonly int _shortRows;

    public RowPlan(int rows, int tallRows, int shortRows)
    {
        TallRows = tallRows;
        _shortRows = shortRows;
        int best = int.MaxValue,
            bestShort = 0;
        for (int few = 0; few <= 2; few++)
        {
            int tall = Math.Max(0, (rows - few * shortRows + tallRows - 1) / tallRows);
            int covered = tall * tallRows + few * shortRows;
            if (covered < rows || covered >= best)
                continue;
            best = covered;
            _tall = tall;
            bestShort = few;
        }
        Tiles = _tall + bestShort;
    }

    public int TallRows { get; }

    public int Tiles { get; }

    /// <summary>Rows of tile <paramref name="tile"/>; the last may reach beyond the matrix.</summary>
    public int Height(int tile) => tile < _tall ? TallRows : _shortRows;

    /// <summary>The first row of tile <paramref name="tile"/>.</summary>
    public int Start(int tile) => tile < _tall ? tile * TallRows : _tall * TallRows + (tile - _tall) * _shortRows;
}
