using System.Globalization;
using System.Text;

namespace Elbo.Formats.TensorBoard;

/// <summary>Files of tab-separated values as the embedding projector reads them.</summary>
internal static class ProjectorTable
{
    /// <summary>Points (N, <paramref name="dimensions"/>), a line each.</summary>
    public static string OfPoints(ReadOnlySpan<float> values, int dimensions)
    {
        var text = new StringBuilder();
        for (int i = 0; i < values.Length; i++)
            text.Append(values[i].ToString("R", CultureInfo.InvariantCulture))
                .Append((i + 1) % dimensions == 0 ? '\n' : '\t');
        return text.ToString();
    }

    /// <summary>
    /// What is known of points, a line each; the names of columns come first unless there is only one.
    /// </summary>
    public static string OfMetadata(IReadOnlyList<(string Name, Func<int, string> Value)> columns, int count)
    {
        var text = new StringBuilder();
        // With one column, the projector takes the first line for a point.
        if (columns.Count > 1)
            text.AppendJoin('\t', columns.Select(column => column.Name)).Append('\n');
        for (int i = 0; i < count; i++)
            text.AppendJoin('\t', columns.Select(column => Plain(column.Value(i)))).Append('\n');
        return text.ToString();
    }

    /// <summary>Names of folders may have tabs and line ends.</summary>
    private static string Plain(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
