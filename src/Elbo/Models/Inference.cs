using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>Uses a trained model: no dropout, no gradients, any number of images in pieces of bounded memory.</summary>
public static class Inference
{
    private const int BatchSize = 500;

    /// <summary>What no part of inference draws from.</summary>
    private static ForwardContext Evaluation => new(new Rng(0), Training: false);

    /// <summary>Means of q(z|x) of the chosen images: (indices, latent dimensions), row-major.</summary>
    public static float[] Encode(GenerativeModel model, ImageDataset images, ReadOnlySpan<int> indices)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Encode(model, images.ToIntensities(indices));
    }

    /// <summary>Means of q(z|x) of images given as intensities in [0, 1], one after the other.</summary>
    /// <exception cref="ArgumentException">The values are not a whole number of images.</exception>
    public static float[] Encode(GenerativeModel model, ReadOnlySpan<float> images)
    {
        ArgumentNullException.ThrowIfNull(model);
        return InPieces(model.Device, images, model.ImageShape.PixelCount, model.LatentDim, x => model.Encode(x, Evaluation).Mean);
    }

    /// <summary>Expected images of codes, intensities in [0, 1]: (codes, pixels), row-major.</summary>
    /// <exception cref="ArgumentException">The values are not a whole number of codes.</exception>
    public static float[] Decode(GenerativeModel model, ReadOnlySpan<float> codes)
    {
        ArgumentNullException.ThrowIfNull(model);
        return InPieces(model.Device, codes, model.LatentDim, model.ImageShape.PixelCount, z => model.Decode(z, Evaluation).Mean);
    }

    /// <summary>Images drawn from p(x|z) pixel by pixel, held within [0, 1].</summary>
    /// <exception cref="ArgumentException">The values are not a whole number of codes.</exception>
    public static float[] DecodeSampled(GenerativeModel model, ReadOnlySpan<float> codes, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(model);
        return InPieces(model.Device, codes, model.LatentDim, model.ImageShape.PixelCount, z => Ops.Clamp(model.Decode(z, Evaluation).Sample(rng), 0, 1));
    }

    /// <summary>Expected images of the means of q(z|x): the model's reconstructions.</summary>
    /// <exception cref="ArgumentException">The values are not a whole number of images.</exception>
    public static float[] Reconstruct(GenerativeModel model, ReadOnlySpan<float> images) => Decode(model, Encode(model, images));

    private static float[] InPieces(Device device, ReadOnlySpan<float> values, int width, int resultWidth, Func<Tensor, Tensor> function)
    {
        if (values.Length % width != 0) throw new ArgumentException($"{values.Length} values are not a whole number of rows of {width}.", nameof(values));
        int count = values.Length / width;
        var result = new float[(long)count * resultWidth];
        using var pause = device.Tape.Pause();
        for (int start = 0; start < count; start += BatchSize)
        {
            int rows = Math.Min(BatchSize, count - start);
            using var scope = device.BeginStep();
            function(device.Tensor(values.Slice(start * width, rows * width), [rows, width])).AsSpan().CopyTo(result.AsSpan(start * resultWidth));
        }
        return result;
    }
}
