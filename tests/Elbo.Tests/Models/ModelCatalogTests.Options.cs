using System.Text.Json.Nodes;
using Elbo.Models;

namespace Elbo.Tests.Models;

/// <summary>Names and options of the models.</summary>
public partial class ModelCatalogTests
{
    [Fact]
    public void An_unknown_name_is_answered_with_those_there_are()
    {
        var e = Assert.Throws<ArgumentException>(() => ModelCatalog.Get("vea"));
        Assert.Equal(
            $"there is no model 'vea'; there are {string.Join(", ", ModelCatalog.All.Select(m => m.Name))}. Did "
                + "you mean vae?",
            e.Message
        );
        Assert.Equal("vae", ModelCatalog.Get("VAE").Name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Options_written_are_read_back(string name)
    {
        var model = ModelCatalog.Get(name);
        var options = model.Read([]);
        options.Validate();
        Assert.Same(model, ModelCatalog.Of(options));
        var written = model.Write(options);
        Assert.Equal(written.ToJsonString(), model.Write(model.Read(written)).ToJsonString());
        Assert.All(written, value => Assert.Contains(ModelCatalog.Options, o => o.Name == value.Key));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_option_is_described_and_means_the_same_in_every_model(string name)
    {
        foreach (var option in ModelCatalog.Get(name).Options)
        {
            var first = ModelCatalog.Options.First(o => o.Name == option.Name);
            Assert.Matches("^[a-z]+(-[a-z]+)*$", option.Name);
            Assert.True(option.Description.Length > 10, option.Name);
            Assert.Equal(
                (first.Description, first.Kind, first.Letter),
                (option.Description, option.Kind, option.Letter)
            );
            Assert.Equal(first.Choices, option.Choices);
            Assert.All(
                option.Replaces,
                replaced => Assert.Contains(ModelCatalog.Get(name).Options, o => o.Name == replaced)
            );
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_option_of_no_model_is_refused_by_name(string name) =>
        Assert.Equal(
            $"speed: {name} has no such option.",
            Assert
                .Throws<ArgumentException>(() => ModelCatalog.Get(name).Read(new JsonObject { ["speed"] = 1 }))
                .Message
        );
}
