using Elbo.Engine;
using Elbo.Evaluation;

namespace Elbo.Tests.Evaluation;

public class LinearAssignmentTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(6, 6)]
    [InlineData(3, 7)]
    [InlineData(7, 3)]
    [InlineData(1, 5)]
    public void The_sum_is_the_greatest_of_all_pairings(int rows, int columns)
    {
        var rng = new Rng((ulong)((rows * 10) + columns));
        for (int repeat = 0; repeat < 20; repeat++)
        {
            // Few distinct values, some negative: ties and rows that are worth nothing.
            int[,] values = new int[rows, columns];
            for (int i = 0; i < rows * columns; i++)
                values[i / columns, i % columns] = rng.Next(9) - 3;
            int greatest = rows <= columns ? TryAll(values, 0, 0) : TryAll(Transposed(values), 0, 0);
            Assert.Equal(greatest, LinearAssignment.GreatestSum(rows, columns, (row, column) => values[row, column]));
        }
    }

    private static int TryAll(int[,] values, int row, int used)
    {
        if (row == values.GetLength(0))
            return 0;
        int best = int.MinValue;
        for (int column = 0; column < values.GetLength(1); column++)
            if ((used & (1 << column)) == 0)
                best = Math.Max(best, values[row, column] + TryAll(values, row + 1, used | (1 << column)));
        return best;
    }

    private static int[,] Transposed(int[,] values)
    {
        int[,] result = new int[values.GetLength(1), values.GetLength(0)];
        for (int i = 0; i < values.GetLength(0); i++)
        for (int j = 0; j < values.GetLength(1); j++)
            result[j, i] = values[i, j];
        return result;
    }
}
