namespace Elbo.Formats;

/// <summary>A table with named columns, whose cells are texts, numbers or empty.</summary>
public sealed class DataTable
{
    private readonly List<object?[]> _rows = [];

    /// <summary>Creates a table without rows.</summary>
    /// <exception cref="ArgumentException">There are no columns, or two have the same name.</exception>
    public DataTable(params IReadOnlyList<string> columns)
    {
        Require.Entries(columns);
        if (columns.Count == 0)
            throw new ArgumentException("got no columns; a table needs at least one.", nameof(columns));
        if (columns.GroupBy(column => column).FirstOrDefault(group => group.Skip(1).Any()) is { } same)
            throw new ArgumentException($"two columns are called '{same.Key}'; names must differ.", nameof(columns));
        Columns = columns;
    }

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>
    /// The rows. A cell is a <see cref="string"/>, an <see cref="int"/>, a <see cref="float"/>, a <see cref="double"/>
    /// or null.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<object?>> Rows => _rows;

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">
    /// The numbers of cells and columns differ, or a cell has another type.
    /// </exception>
    public void Add(params ReadOnlySpan<object?> cells)
    {
        if (cells.Length != Columns.Count)
            throw new ArgumentException($"got {cells.Length} cells for {Columns.Count} columns.", nameof(cells));
        foreach (object? cell in cells)
            if (cell is not (null or string or int or float or double))
                throw new ArgumentException(
                    $"a cell is a {cell.GetType().Name}; texts and numbers can be written.",
                    nameof(cells)
                );
        _rows.Add(cells.ToArray());
    }
}
