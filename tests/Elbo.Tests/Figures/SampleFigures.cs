using Elbo.Data;
using Elbo.Engine;
using Elbo.Figures;

namespace Elbo.Tests.Figures;

/// <summary>Figures of synthetic data, the same at every call.</summary>
internal static class SampleFigures
{
    public static readonly string[] Classes = [.. Enumerable.Range(0, 10).Select(i => $"class <{i}> & co")];

    public static IFigure Scatter(int count = 500)
    {
        var rng = new Rng(11);
        var codes = new float[2 * count];
        var labels = new byte[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = (byte)rng.Next(10);
            codes[2 * i] = rng.NextSingle() + MathF.Cos(labels[i]);
            codes[(2 * i) + 1] = rng.NextSingle() + MathF.Sin(labels[i]);
        }
        return LatentScatter.Create<byte>(codes, labels, Classes, "Latent space");
    }

    public static IFigure Losses() =>
        LossCurves.Create([
            new LossCurve("train", "ELBO", [200, 150, 140]),
            new LossCurve("test", "ELBO", [190, 155, 149]),
            new LossCurve("train", "KL", [3, 5, 6]),
            new LossCurve("test", "KL", [3, double.NaN, 6]),
        ]);

    public static IFigure Panels()
    {
        var images = new float[4 * 12];
        for (int i = 0; i < images.Length; i++)
            images[i] = i / 48f;
        return ReconstructionFigure.Create(images, images, new ImageShape(3, 2, 2), 2, 2, "Denoising", noisy: images);
    }

    public static TheoryData<string> Names => new("scatter", "losses", "panels", "grid");

    public static IFigure Make(string name) =>
        name switch
        {
            "scatter" => Scatter(),
            "losses" => Losses(),
            "panels" => Panels(),
            _ => new FigureGrid([Scatter(), Losses()], "Both"),
        };
}
