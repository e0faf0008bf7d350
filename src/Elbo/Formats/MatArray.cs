namespace Elbo.Formats;

/// <summary>A numeric array of a MAT-file.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Dimensions">At least two.</param>
/// <param name="Values">Column by column: the first dimension runs fastest.</param>
internal sealed record MatArray(string Name, IReadOnlyList<int> Dimensions, double[] Values)
{
    /// <summary>As in <c>560×1965</c>.</summary>
    public string Size => string.Join('×', Dimensions);
}
