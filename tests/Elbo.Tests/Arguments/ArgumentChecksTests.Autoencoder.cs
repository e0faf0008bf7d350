using Elbo.Data;
using Elbo.Models;
using Elbo.Training;

namespace Elbo.Tests.Arguments;

/// <content>The class Autoencoder.</content>
public sealed partial class ArgumentChecksTests
{
    private const string Unit = "intensities must be in [0, 1]";

    private static Row[] OfAutoencoder =>
        [
            Null("options", t => new Autoencoder(null!, Shape, 0, t._device).Dispose()),
            Wrong(
                "no shape",
                t => new Autoencoder(Options, default, 0, t._device).Dispose(),
                "0 channels of 0×0",
                "1 or more"
            ),
            Wrong(
                "negative shape",
                t => new Autoencoder(Options, new(-1, 2, -2), 0, t._device).Dispose(),
                "-1 channels of 2×-2"
            ),
            Wrong(
                "shape that overflows",
                t => new Autoencoder(Options, new(1, 65_536, 65_537), 0, t._device).Dispose(),
                "65536×65537"
            ),
            Null("images", t => t.Vae().Fit(null!)),
            Null("images", t => t.Vae().Evaluate(null!)),
            Null("images", t => t.Vae().Encode(null!)),
            Null("images", t => t.Vae().Reconstruct(null!)),
            Null("images", t => t.Clustered().ClusterProbabilities(null!)),
            Null("images", t => t.Clustered().AssignClusters(null!)),
            Wrong("clusters of NaN", t => t.Clustered().ClusterProbabilities(With(float.NaN)), "value 5 is NaN", Unit),
            Null("images", t => t.Vae().Score(null!)),
            OutOfRange("no samples", t => t.Vae().Score(Images, samples: 0), "'0'"),
            Wrong("score of NaN", t => t.Vae().Score(With(float.NaN)), "value 5 is NaN", Unit),
            Null("paths", _ => ImageInput.FromFiles((IEnumerable<string>)null!)),
            Wrong("no paths", _ => ImageInput.FromFiles(), "no paths", "at least one"),
            Wrong("path of a file empty", _ => ImageInput.FromFiles("a.png", ""), "path 1 is empty"),
            Wrong("folder of images empty", _ => ImageInput.FromFolder(" "), "folder"),
            Null("image", _ => ImageInput.FromStream(null!)),
            Wrong("no streams", _ => ImageInput.FromStreams([]), "no images"),
            Null("images", t => t.Vae().AddNoise(null!)),
            Null("pixels", _ => GC.KeepAlive((ImageInput)(byte[])null!)),
            Null("intensities", _ => GC.KeepAlive((ImageInput)(float[])null!)),
            Null("images", _ => GC.KeepAlive((ImageInput)(ImageDataset)null!)),
            Null("images", _ => ImageInput.Noisy((float[])null!)),
            .. OnImages("Encode", (vae, images) => vae.Encode(images)),
            .. OnImages("Reconstruct", (vae, images) => vae.Reconstruct(images)),
            .. OnImages("AddNoise", (vae, images) => vae.AddNoise(images)),
            Wrong("Fit of a float above 1", t => t.Vae().Fit(With(255)), "value 5 is 255", Unit, "by 255"),
            Wrong(
                "Fit of noisy images",
                t => t.Vae().Fit(ImageInput.Noisy(With(1.5f))),
                "value 5 is 1.5",
                "not trained on"
            ),
            Wrong("Evaluate NaN", t => t.Vae().Evaluate(With(float.NaN)), "value 5 is NaN", Unit),
            Wrong("Fit without images", t => t.Vae().Fit(Array.Empty<byte>()), "no images"),
            Wrong("Evaluate without images", t => t.Vae().Evaluate(Array.Empty<float>()), "no images"),
            Wrong("Fit half an image", t => t.Vae().Fit(new byte[6]), "6 bytes", "2×2 images of 4"),
            Wrong(
                "Fit for validation with another shape",
                t => t.Vae().Fit(Images, null, new ImageDataset("big", new(1, 3, 3), new byte[9])),
                "3×3",
                "2×2"
            ),
            Wrong(
                "early stopping without validation",
                t => t.Vae().Fit(Images, new FitOptions { EarlyStopping = 2 }),
                "early-stopping is 2",
                "validation images"
            ),
            Wrong(
                "undefined noise in Fit",
                t => t.Vae().Fit(Images, new FitOptions { Noise = (NoiseKind)99 }),
                "noise is 99",
                "gaussian"
            ),
            Wrong(
                "undefined noise",
                t => t.Vae().AddNoise(Images, (NoiseKind)99),
                "noise is 99",
                "none, gaussian, dropout"
            ),
            Wrong(
                "noise factor NaN",
                t => t.Vae().AddNoise(Images, NoiseKind.Gaussian, float.NaN),
                "noise-factor is NaN",
                "0 or more"
            ),
            Wrong(
                "noise factor above 1",
                t => t.Vae().AddNoise(Images, NoiseKind.Dropout, 2),
                "noise-factor is 2",
                "below 1"
            ),
            Wrong("half a code", t => t.Vae().Decode([1, 2, 3]), "3 values", "rows of 2"),
            Wrong("code NaN", t => t.Vae().Decode([1, float.NaN]), "value 1 is NaN", "codes must be finite"),
            Wrong("code infinite", t => t.Vae().Decode([float.PositiveInfinity, 0]), "value 0 is Infinity", "finite"),
            Wrong(
                "class of a model without classes",
                t => t.Vae().Decode([1, 2], label: 1),
                "class 1",
                "not conditional"
            ),
            OutOfRange("no images generated", t => t.Vae().Generate(0), "'0'"),
            OutOfRange("too many images generated", t => t.Vae().Generate(int.MaxValue), "2147483647", "in pieces"),
            Wrong("cluster of a model without clusters", t => t.Vae().Generate(1, cluster: 0), "no clusters"),
            Wrong("clusters of a model without clusters", t => t.Vae().ClusterProbabilities(Images), "no clusters"),
            Null("path", _ => Autoencoder.Load(null!).Dispose()),
            Wrong("path empty", _ => Autoencoder.Load(" ").Dispose(), "path"),
            Wrong("folder empty", t => t.Vae().Save(""), "path"),
            new(
                "a saved model",
                t => t.SaveTwice(overwrite: false),
                typeof(IOException),
                ["already has config.json", "overwrite: true"]
            ),
            OutOfRange("class that does not exist", t => t.Conditional().Decode([1, 2], label: 2), "0 to 1"),
            Wrong("no class", t => t.Conditional().Encode(Images.ToIntensities()), "no labels"),
        ];

    /// <summary>The checks of a method that takes images for the encoder.</summary>
    private static IEnumerable<Row> OnImages(string method, Action<Autoencoder, ImageInput> call) =>
        [
            Wrong($"{method} above 1", t => call(t.Vae(), With(1.5f)), "value 5 is 1.5", Unit, "ImageInput.Noisy"),
            Wrong($"{method} below 0", t => call(t.Vae(), With(-0.1f)), "value 5 is -0.1", Unit),
            Wrong($"{method} NaN", t => call(t.Vae(), With(float.NaN)), "value 5 is NaN", Unit),
            Wrong($"{method} infinite", t => call(t.Vae(), With(float.PositiveInfinity)), "value 5 is Infinity", Unit),
            Wrong(
                $"{method} noisy NaN",
                t => call(t.Vae(), ImageInput.Noisy(With(float.NaN))),
                "value 5 is NaN",
                "finite"
            ),
            Wrong($"{method} half an image", t => call(t.Vae(), new float[6]), "6 values", "2×2 images of 4"),
            Wrong(
                $"{method} of another shape",
                t => call(t.Vae(), new ImageDataset("big", new ImageShape(3, 2, 2), new byte[12])),
                "the images of big are 2×2×3",
                "2×2"
            ),
        ];

    [Fact]
    public void Noisy_images_may_leave_the_unit_interval()
    {
        using var vae = Vae();
        Assert.Equal(8, vae.Encode(ImageInput.Noisy(With(1.5f))).Length);
        Assert.Equal(8, vae.Encode(ImageInput.Noisy((ReadOnlyMemory<float>)With(-0.5f))).Length);
        Assert.Empty(vae.Encode(Array.Empty<float>()));
        Assert.Empty(vae.Decode([]));
    }

    [Fact]
    public void A_saved_model_is_replaced_if_asked_and_other_files_stay()
    {
        File.WriteAllText(_folder.File("notes.txt"), "mine");
        SaveTwice(overwrite: true);
        Assert.Equal(["config.json", "model.safetensors", "notes.txt"], Names());
        using var vae = Vae();
        vae.Fit(Images, new FitOptions { Epochs = 1 });
        vae.Save(_folder.Path, overwrite: true);
        Assert.Equal(["config.json", "metrics.csv", "model.safetensors", "notes.txt"], Names());
        SaveTwice(overwrite: true);
        Assert.Equal(["config.json", "model.safetensors", "notes.txt"], Names());
        vae.Model.Parameters.Values.AsSpan()[0] = float.NaN;
        Assert.Throws<ArgumentException>(() => vae.Save(_folder.Path, overwrite: true));
        Assert.Equal(["config.json", "model.safetensors", "notes.txt"], Names());
        Assert.Empty(Directory.GetDirectories(_folder.Path));

        IEnumerable<string?> Names() => Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order();
    }

    private void SaveTwice(bool overwrite)
    {
        using var vae = Vae();
        vae.Save(_folder.Path, overwrite);
        vae.Save(_folder.Path, overwrite);
    }

    private Autoencoder Clustered() => new(GmvaeOptions.WithLayers(4), Shape, 0, _device);

    private Autoencoder Conditional() => new(Options with { Condition = ["even", "odd"] }, Shape, 0, _device);
}
