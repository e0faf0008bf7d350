using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>A model that sorts images into clusters without having seen a label.</summary>
public interface IClusteringModel
{
    /// <summary>How many clusters there are.</summary>
    int Clusters { get; }

    /// <summary>Length of a code w.</summary>
    int StyleDim { get; }

    /// <summary>Means of q(w|x) of images (N, D), intensities in [0, 1]: (N, W).</summary>
    Tensor EncodeStyle(Tensor x, ForwardContext context);

    /// <summary>
    /// p(y|w, z) at the means of q(w|x) and q(z|x), of images (N, D): (N, clusters), rows that sum to 1.
    /// </summary>
    Tensor ClusterProbabilities(Tensor x, ForwardContext context);

    /// <summary>Codes of one cluster, from p(w) and p(z|w, y): (count, Z).</summary>
    Tensor SampleCluster(int cluster, int count, Rng rng);
}
