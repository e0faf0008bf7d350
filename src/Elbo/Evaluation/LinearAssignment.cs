namespace Elbo.Evaluation;

/// <summary>The pairing of rows with columns, each used once at most, of the greatest sum.</summary>
/// <remarks>
/// Kuhn 1955; shortest augmenting paths with potentials, one row after the other, O(rows²·columns): Jonker and
/// Volgenant 1987.
/// </remarks>
internal static class LinearAssignment
{
    /// <summary>
    /// The greatest sum of <paramref name="value"/> over pairs; as many pairs as the shorter side is long.
    /// </summary>
    public static long GreatestSum(int rows, int columns, Func<int, int, int> value)
    {
        if (rows > columns)
            return GreatestSum(columns, rows, (row, column) => value(column, row));
        // Numbered from 1: row 0 stands for no row, and column 0 is where each new row begins its search.
        long[] rowPotential = new long[rows + 1],
            columnPotential = new long[columns + 1],
            slack = new long[columns + 1];
        int[] rowOf = new int[columns + 1],
            previous = new int[columns + 1];
        bool[] visited = new bool[columns + 1];
        for (int row = 1; row <= rows; row++)
        {
            Array.Fill(slack, long.MaxValue);
            Array.Clear(visited);
            rowOf[0] = row;
            int column = 0;
            while (rowOf[column] != 0)
            {
                visited[column] = true;
                int next = 0,
                    from = rowOf[column];
                for (int j = 1; j <= columns; j++)
                {
                    if (visited[j])
                        continue;
                    long reduced = -value(from - 1, j - 1) - rowPotential[from] - columnPotential[j];
                    if (reduced < slack[j])
                        (slack[j], previous[j]) = (reduced, column);
                    if (next == 0 || slack[j] < slack[next])
                        next = j;
                }
                long step = slack[next];
                for (int j = 0; j <= columns; j++)
                {
                    if (visited[j])
                        (rowPotential[rowOf[j]], columnPotential[j]) = (
                            rowPotential[rowOf[j]] + step,
                            columnPotential[j] - step
                        );
                    else if (slack[j] != long.MaxValue)
                        slack[j] -= step;
                }
                column = next;
            }
            for (; column != 0; column = previous[column])
                rowOf[column] = rowOf[previous[column]];
        }
        long sum = 0;
        for (int j = 1; j <= columns; j++)
            if (rowOf[j] != 0)
                sum += value(rowOf[j] - 1, j - 1);
        return sum;
    }
}
