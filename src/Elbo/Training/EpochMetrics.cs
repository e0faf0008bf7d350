namespace Elbo.Training;

/// <summary>Means over the images of one split in one epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Split"><c>train</c>, <c>validation</c> or <c>test</c>.</param>
/// <param name="Loss">What training minimises, nats per image.</param>
/// <param name="Terms">What the loss is made of, nats per image.</param>
/// <param name="LearningRate">In this epoch.</param>
/// <param name="ImagesPerSecond">Throughput of the pass.</param>
/// <param name="Seconds">Since training began, pauses between sessions not counted.</param>
public sealed record EpochMetrics(
    int Epoch,
    string Split,
    double Loss,
    IReadOnlyList<(string Name, double Value)> Terms,
    float LearningRate,
    double ImagesPerSecond,
    double Seconds
)
{
    /// <summary>
    /// What else is known of the split, such as how well clusters agree with labels; none for most models.
    /// </summary>
    public IReadOnlyList<(string Name, double Value)> Figures { get; init; } = [];
}
