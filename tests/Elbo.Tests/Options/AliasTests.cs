using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Selection;
using Elbo.Training.Runs;
using Elbo.Workflows.Selecting;

namespace Elbo.Tests.Options;

/// <summary>The other names of options: files and the command line accept them, and nothing writes them.</summary>
public class AliasTests
{
    /// <summary>Options of a run: another name, the name, a value, and the other options that it needs.</summary>
    public static TheoryData<string, string, string, string> OfRuns =>
        new()
        {
            { "smallest-deviation", "min-std", "0.05", """{ "decoder": "gaussian-sigma" }""" },
            { "noisy-reconstruction", "sample-reconstruction", "true", """{ "decoder": "gaussian" }""" },
            { "initialization", "weight-init", "\"kaiming-normal\"", "{}" },
            { "smallest-prior-variance", "min-prior-variance", "0.25", """{ "model": "gmvae" }""" },
            { "free-information", "cluster-free-bits", "0.5", """{ "model": "gmvae" }""" },
            { "guide-epochs", "mixture-epochs", "3", """{ "model": "gmvae" }""" },
            { "clip-norm", "clip-grad-norm", "5", "{}" },
            { "lr", "learning-rate", "0.5", "{}" },
            { "schedule", "lr-schedule", "\"cosine\"", "{}" },
            { "schedule-period", "lr-period", "4", """{ "lr-schedule": "step" }""" },
            { "schedule-milestones", "lr-milestones", "[6,12]", """{ "lr-schedule": "step" }""" },
            { "schedule-factor", "lr-factor", "0.5", """{ "lr-schedule": "plateau" }""" },
            { "schedule-patience", "lr-patience", "3", """{ "lr-schedule": "plateau" }""" },
            { "grid-size", "manifold-grid", "\"30x15\"", "{}" },
            { "range", "manifold-range", "2.5", "{}" },
        };

    /// <summary>Options of strategies: another name, the name, and the strategy.</summary>
    public static TheoryData<string, string, string> OfStrategies =>
        new()
        {
            { "share", "near-fraction", "trimmed-medoids" },
            { "outliers", "outlier-fraction", "trimmed-medoids" },
            { "smallest-cluster", "min-cluster-size", "typiclust" },
            { "cluster-share", "cluster-fraction", "vote-mi" },
        };

    [Fact]
    public void Each_alias_belongs_to_one_option_and_is_in_these_tables()
    {
        OptionDescriptor[] all = [.. RunConfig.List, .. ModelCatalog.Options];
        string[] ofRuns = [.. all.SelectMany(o => o.Aliases)],
            ofStrategies = [.. SelectionCatalog.Options.SelectMany(o => o.Aliases)];
        Assert.Equal(OfRuns.Select(row => (string)row[0]).Order(), ofRuns.Order());
        Assert.Equal(OfStrategies.Select(row => (string)row[0]).Order(), ofStrategies.Order());
        Assert.Empty(ofRuns.Intersect(all.Select(o => o.Name)));
    }

    [Theory]
    [MemberData(nameof(OfRuns))]
    public void A_config_file_may_have_either_name_and_new_files_have_the_name(
        string alias,
        string name,
        string value,
        string others
    )
    {
        JsonObject With(params string[] names)
        {
            var layer = JsonNode.Parse(others)!.AsObject();
            foreach (string given in names)
                layer[given] = JsonNode.Parse(value);
            return layer;
        }
        var written = RunSettings.ToJson(RunSettings.Combine(("file", With(alias))));
        Assert.Equal(JsonNode.Parse(value)!.ToJsonString(), written[name]!.ToJsonString());
        Assert.False(written.ContainsKey(alias));
        Assert.Equal(
            RunSettings.ToJson(RunSettings.Combine(("file", With(name)))).ToJsonString(),
            written.ToJsonString()
        );
        Assert.Equal(
            $"file: {alias} and {name} were both given; they are one option. Give {name} only.",
            Assert.Throws<ArgumentException>(() => RunSettings.Combine(("file", With(alias, name)))).Message
        );
        // A stronger layer may have the other name.
        Assert.Equal(
            written.ToJsonString(),
            RunSettings.ToJson(RunSettings.Combine(("weak", With(name)), ("strong", With(alias)))).ToJsonString()
        );
    }

    [Theory]
    [MemberData(nameof(OfRuns))]
    public void A_model_file_may_have_either_name(string alias, string name, string value, string others)
    {
        var layer = JsonNode.Parse(others)!.AsObject();
        layer[name] = JsonNode.Parse(value);
        var options = RunSettings.Combine(("file", layer)).ModelOptions;
        if (!ModelCatalog.Of(options).Write(options).ContainsKey(name))
        {
            // An option of training, which model files do not have.
            Assert.Contains(RunConfig.List, option => option.Name == name);
            return;
        }
        using var folder = new TemporaryFolder();
        using var device = new Device(new DeviceOptions { Threads = 1 });
        string path = folder.File("model.safetensors");
        var saved = options.Create(new ImageShape(1, 4, 4), device, new Rng(3));
        ModelFile.Save(saved, path);
        string header;
        using (var reader = new SafetensorsReader(path))
            header = reader.Metadata["model"];
        Assert.Contains($"\"{name}\":{JsonNode.Parse(value)!.ToJsonString()}", header);

        Rewrite(path, saved, header.Replace($"\"{name}\":", $"\"{alias}\":"));
        var opened = ModelFile.Open(path, device);
        var entry = ModelCatalog.Of(options);
        Assert.Equal(entry.Write(options).ToJsonString(), entry.Write(opened.Options).ToJsonString());

        Rewrite(path, saved, header.Replace($"\"{name}\":", $"\"{alias}\":{value},\"{name}\":"));
        Assert.EndsWith(
            $": {alias} and {name} were both given; they are one option. Give {name} only.",
            Assert.Throws<InvalidDataException>(() => ModelFile.Open(path, device)).Message
        );
    }

    [Theory]
    [MemberData(nameof(OfStrategies))]
    public void The_selection_of_a_config_file_may_have_either_name(string alias, string name, string strategy)
    {
        SelectOptions Read(string options) =>
            SelectSettings.Read(
                RunSettings.Parse($$"""{ "select": { "strategy": "{{strategy}}", {{options}} } }""", "file"),
                "file"
            )!;
        double value = name == "min-cluster-size" ? 3 : 0.25;
        Assert.Equal([KeyValuePair.Create(name, value)], Read($"\"{alias}\": {value}").StrategyOptions);
        Assert.Equal(
            $"file: select: {alias} and {name} were both given; they are one option. Give {name} only.",
            Assert
                .Throws<ArgumentException>(() => Read($"\"{alias}\": {value}, \"{name}\": {value}").StrategyOptions)
                .Message
        );
    }

    private static void Rewrite(string path, GenerativeModel model, string header) =>
        SafetensorsWriter.Write(
            path,
            [.. model.Tensors.Select(t => new SafetensorsTensor(t.Name, t.Value))],
            new Dictionary<string, string> { ["model"] = header, ["image_shape"] = "1,4,4" }
        );
}
