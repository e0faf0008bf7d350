using Elbo.Data;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;

namespace Elbo.Tests.Models;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    private string Path => _folder.File("model.safetensors");

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_model_of_every_kind_is_rebuilt_from_its_file_alone()
    {
        foreach (var entry in ModelCatalog.All)
        {
            var shape = new ImageShape(3, 16, 12);
            var saved = entry.Read([]).Create(shape, _device, new Rng(3));
            ModelFile.Save(saved, Path);
            var opened = ModelFile.Open(Path, _device);
            Assert.Equal((saved.GetType(), shape), (opened.GetType(), opened.ImageShape));
            Assert.Equal(entry.Write(saved.Options).ToJsonString(), entry.Write(opened.Options).ToJsonString());
            Assert.Equal(saved.Tensors.Select(t => t.Name), opened.Tensors.Select(t => t.Name));
            foreach (var (a, b) in saved.Tensors.Zip(opened.Tensors))
                Bits.AssertEqual(a.Value.AsSpan(), b.Value.AsSpan());
        }
    }

    [Fact]
    public void Halves_of_a_model_of_every_kind_make_it_up_again_and_neither_opens_alone()
    {
        foreach (var entry in ModelCatalog.All)
        {
            var shape = new ImageShape(1, 16, 12);
            var saved = entry.Read([]).Create(shape, _device, new Rng(3));
            var loaded = entry.Read([]).Create(shape, _device, new Rng(4));
            foreach (var half in Enum.GetValues<ModelHalf>())
            {
                ModelFile.Save(saved, half, Path);
                Assert.Equal(
                    $"{Path} has only the {half.ToString().ToLowerInvariant()}; a model needs both halves, as in "
                        + "model.safetensors.",
                    Assert.Throws<InvalidDataException>(() => ModelFile.Open(Path, _device)).Message
                );
                ModelFile.Load(loaded, Path);
                bool isWhole = half == ModelHalf.Decoder;
                Assert.Equal(
                    isWhole,
                    saved
                        .Tensors.Zip(loaded.Tensors)
                        .All(pair => pair.First.Value.AsSpan().SequenceEqual(pair.Second.Value.AsSpan()))
                );
            }
        }
    }

    [Theory]
    [InlineData(
        """{ "name": "vae" }""",
        null,
        " does not say what its weights are of: its header has no 'image_shape'."
    )]
    [InlineData(
        """{ "name": "vae" }""",
        "1,28",
        ": image_shape is '1,28'; channels, height and width are needed, as in 1,28,28."
    )]
    [InlineData("""{ "name": "vae" }""", "1,65536,65536", ": image_shape is '1,65536,65536';")]
    [InlineData("", "1,2,2", ": model is '':")]
    [InlineData("[]", "1,2,2", ": model is '[]': model does not hold a JSON object of options.")]
    [InlineData("{}", "1,2,2", ": model is '{}': it has no 'name'.")]
    [InlineData("""{ "name": "gan" }""", "1,2,2", """: model is '{ "name": "gan" }': there is no model 'gan';""")]
    [InlineData(
        """{ "name": "vae", "speed": 1 }""",
        "1,2,2",
        """: model is '{ "name": "vae", "speed": 1 }': speed: vae has no such option."""
    )]
    [InlineData("""{ "name": "cnn-vae" }""", "1,2,2", ": ")]
    [InlineData("""{ "name": "vae" }""", "1,2,2", " has no 'encoder.hidden.0.weight'")]
    public void A_file_that_does_not_say_what_it_is_of_is_refused(string model, string? shape, string complaint)
    {
        var notes = new Dictionary<string, string> { ["model"] = model };
        if (shape is not null)
            notes["image_shape"] = shape;
        SafetensorsWriter.Write(Path, [new SafetensorsTensor("x", [1], new float[1])], notes);
        Assert.StartsWith(
            Path + complaint,
            Assert.Throws<InvalidDataException>(() => ModelFile.Open(Path, _device)).Message
        );
    }
}
