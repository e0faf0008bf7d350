namespace Elbo.Figures;

/// <summary>How well images are classified after so many have been labelled, by one way of choosing them.</summary>
/// <param name="Name">The way, for the legend.</param>
/// <param name="Budgets">How many were labelled, ascending.</param>
/// <param name="Means">Mean accuracies, a share in [0, 1] each.</param>
/// <param name="HalfWidths">Half the width of the band around each mean.</param>
public sealed record AccuracyCurve(
    string Name,
    IReadOnlyList<int> Budgets,
    IReadOnlyList<double> Means,
    IReadOnlyList<double> HalfWidths
);
