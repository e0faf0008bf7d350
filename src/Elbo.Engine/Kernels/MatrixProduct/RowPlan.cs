using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels.MatrixProduct;

/// <summary>Covers rows with tall tiles first and then short ones, such that the fewest surplus rows remain.</summary>
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

    /// <summary>Rows of tile <paramref name="tile"/>. The last tile may extend beyond the matrix.</summary>
    public int Height(int tile) => tile < _tall ? TallRows : _shortRows;

    /// <summary>The first row of tile <paramref name="tile"/>.</summary>
    public int Start(int tile) => tile < _tall ? tile * TallRows : _tall * TallRows + (tile - _tall) * _shortRows;
}

/// <summary>
/// Some rows of a matrix, starting at <paramref name="row"/>, divided into tiles, and the position of each tile's panel
/// in a packed block.
/// </summary>
internal readonly struct TiledRows(int row, int count, int tallRows, int shortRows)
{
    /// <summary>The number of floats that packing may write beyond the end of a panel.</summary>
    public const int Surplus = 16;

    private readonly RowPlan _plan = new(count, tallRows, shortRows);

    public int Tiles => _plan.Tiles;

    /// <summary>Rows of the tile's panel.</summary>
    [MethodImpl(AggressiveInlining)]
    public int Height(int tile) => _plan.Height(tile);

    /// <summary>The first row of the tile, relative to the first of these rows.</summary>
    [MethodImpl(AggressiveInlining)]
    public int Start(int tile) => _plan.Start(tile);

    /// <summary>The first row of the tile in the matrix.</summary>
    public int Row(int tile) => row + Start(tile);

    /// <summary>The number of rows of the tile that exist.</summary>
    public int Count(int tile) => Math.Min(Height(tile), count - Start(tile));

    /// <summary>The start of the tile's panel, <paramref name="length"/> elements deep.</summary>
    [MethodImpl(AggressiveInlining)]
    public long Panel(int tile, int length) => (long)Start(tile) * length + tile * Surplus;
}
