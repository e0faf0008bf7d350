namespace Elbo.Tests.Formats.TensorBoard;

/// <summary>A value of an event as the independent reader finds it.</summary>
/// <param name="Step">Of the event.</param>
/// <param name="Tag">What it is of.</param>
/// <param name="Kind"><c>scalar</c>, <c>histogram</c>, <c>image</c> or <c>tensor</c>.</param>
internal sealed record ReadValue(long Step, string Tag, string Kind)
{
    public float Scalar { get; init; }

    public ReadHistogram? Histogram { get; init; }

    public ReadImage? Image { get; init; }

    /// <summary>The plugin that the value is for, and its message.</summary>
    public string Plugin { get; init; } = "";

    public ReadOnlyMemory<byte> Content { get; init; }
}

internal sealed record ReadHistogram(
    double Min,
    double Max,
    double Count,
    double Sum,
    double SumOfSquares,
    double[] Limits,
    double[] Counts
);

internal sealed record ReadImage(int Width, int Height, int Colours, byte[] Png);

/// <summary>A node of a graph.</summary>
internal sealed record ReadNode(string Name, string Operation, string[] Inputs, long[] Shape, long Parameters);
