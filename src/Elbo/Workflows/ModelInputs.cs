using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;

namespace Elbo.Workflows;

/// <summary>Images as a run's model knows them: intensities in [0, 1], made binary where the run does so.</summary>
internal static class ModelInputs
{
    private const int PieceSize = 500;

    /// <summary>The first <paramref name="count"/> images, (count, pixels).</summary>
    /// <remarks>Dynamic binarisation draws once, from the run's seed: all pictures and codes are of the same binary images.</remarks>
    public static float[] First(GenerativeModel model, RunConfig config, ImageDataset images, int count)
        => Prepare(model, config, images.Slice(0, count).ToIntensities());

    /// <summary>Makes intensities (N, pixels) binary where the run does so, in place, and returns them.</summary>
    public static float[] Prepare(GenerativeModel model, RunConfig config, float[] images)
    {
        if (config.Binarize == Binarization.None) return images;
        int size = model.ImageShape.PixelCount, count = images.Length / size;
        var rng = new Rng(config.Seed).Fork("binarize pictures");
        using var pause = model.Device.Tape.Pause();
        for (int start = 0; start < count; start += PieceSize)
        {
            using var scope = model.Device.BeginStep();
            int rows = Math.Min(PieceSize, count - start);
            var piece = images.AsSpan(start * size, rows * size);
            InputNoise.Binarize(model.Device.Tensor(piece, [rows, size]), config.Binarize, rng.Fork((ulong)start)).AsSpan().CopyTo(piece);
        }
        return images;
    }

    /// <summary>Means of q(z|x) of the first <paramref name="count"/> images, (count, latent dimensions).</summary>
    public static float[] Codes(GenerativeModel model, RunConfig config, ImageDataset images, int count) => Inference.Encode(model, First(model, config, images, count));
}
