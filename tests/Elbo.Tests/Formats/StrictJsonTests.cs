using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Formats;

/// <summary>JSON that is not valid is refused when it is read, in one line with the file and the place.</summary>
public sealed class StrictJsonTests : IDisposable
{
    private const string HalfPair = "half of a surrogate pair is not a character; ";

    private readonly Data.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Characters_of_every_plane_comments_and_trailing_commas_are_read()
    {
        var read = StrictJson.ParseObject(
            """{ "a": "\ud83d\ude00 \u001b é", /* both halves */ "b": { "a": [1, 2,] }, }""",
            "here"
        );
        Assert.Equal("😀 \u001b é", (string?)read["a"]);
        Assert.Equal(2, (int?)read["b"]!["a"]![1]);
    }

    [Fact]
    public void Nesting_is_limited()
    {
        string Nested(int levels) => "{\"a\":" + new string('[', levels - 1) + new string(']', levels - 1) + "}";
        StrictJson.ParseObject(Nested(64), "here");
        Assert.Equal(
            "here is not valid JSON: line 1, byte 69.",
            Assert.Throws<InvalidDataException>(() => StrictJson.ParseObject(Nested(65), "here")).Message
        );
        Assert.Throws<InvalidDataException>(() => StrictJson.ParseObject(Nested(100_000), "here"));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("run.json")]
    [InlineData("cluster-names.json")]
    [InlineData("evaluation.json")]
    public void Every_record_names_file_and_line(string name)
    {
        var run = RunFolder.Create(_folder.Path, "run", overwrite: false);
        string path = Path.Combine(run.Path, name);
        Action read = name switch
        {
            "config.json" => () => RunSettings.Load(run),
            "run.json" => () => RunRecord.Load(run),
            "cluster-names.json" => () => ClusterNames.Load(run, 3),
            _ => () => ModelEvaluation.Load(path),
        };
        foreach (
            var (json, complaint) in ((string, string)[])
                [
                    ("{\n\"x\":\"\\ud800\"}", $": line 2, byte 5: {HalfPair}"),
                    ("{\n\"\\udfff\":1}", $": line 2, byte 1: {HalfPair}"),
                    ("{\"x\":1,\n\"x\":1}", ": line 2, byte 1: the name 'x' occurs twice."),
                    ("{\"x\":\n!", " is not valid JSON: line 2, byte 1."),
                ]
        )
        {
            File.WriteAllText(path, json);
            Assert.StartsWith(path + complaint, Assert.Throws<InvalidDataException>(read).Message);
        }
        File.WriteAllBytes(path, [(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}']);
        Assert.StartsWith($"{path} is not text in UTF-8; ", Assert.Throws<InvalidDataException>(read).Message);
    }

    [Fact]
    public void The_options_in_a_model_file_are_checked()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        string path = _folder.File("model.safetensors");
        var model = VaeOptions.WithLayers([2], [2], 1).Create(new Elbo.Data.ImageShape(1, 2, 2), device, new Rng(1));
        ModelFile.Save(model, path);
        using (var reader = new SafetensorsReader(path))
        {
            var notes = reader.Metadata.ToDictionary();
            notes["model"] = """{"model":"\ud800"}""";
            notes.Remove("sha256");
            SafetensorsTensor[] tensors = [.. reader.Entries.Select(entry => reader.ReadFloats(entry.Name))];
            SafetensorsWriter.Write(path, tensors, notes);
        }
        string error = Assert.Throws<InvalidDataException>(() => ModelFile.Open(path, device)).Message;
        Assert.StartsWith(path, error);
        Assert.Contains($"model: line 1, byte 10: {HalfPair}", error);
    }

    [Fact]
    public void The_state_in_a_checkpoint_is_checked() =>
        Assert.StartsWith(
            $"the training state: line 1, byte 15: {HalfPair}",
            Assert.Throws<InvalidDataException>(() => TrainingState.FromJson("""{"epochSums":{"\ud800":1}}""")).Message
        );
}
