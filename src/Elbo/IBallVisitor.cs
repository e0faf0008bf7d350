namespace Elbo;

/// <summary>What is done with the points of a <see cref="KdTree"/> that lie within a ball.</summary>
internal interface IBallVisitor
{
    /// <summary>Whether the points of a node need not be looked at.</summary>
    bool Skips(int node);

    /// <summary>Takes a point by its position in the tree and its squared distance; false ends the search.</summary>
    bool Visit(int position, double squaredDistance);
}
