using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Models;
using Elbo.Selection;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Plots;
using Elbo.Workflows.Selecting;

namespace Elbo.Tests.Options;

/// <summary>What holds for every declared option, and what the kinds of options read and refuse.</summary>
public class OptionOfTests
{
    /// <summary>All lists of options, by the record that they are of.</summary>
    public static TheoryData<string> Lists => [.. All.Keys];

    private static readonly Dictionary<string, IReadOnlyList<OptionDescriptor>> All = new()
    {
        ["RunConfig"] = RunConfig.List,
        ["DatasetOptions"] = DatasetOptions.List,
        ["FitOptions"] = FitOptions.List,
        ["SelectOptions"] = SelectOptions.List,
        ["ComparisonOptions"] = ComparisonOptions.List,
        ["GridOptions"] = GridOptions.List,
        ["GenerateOptions"] = GenerateOptions.List,
        ["PlotOptions"] = PlotOptions.List,
        ["ClusterOptions"] = ClusterOptions.List,
        ["LabelClustersOptions"] = LabelClustersOptions.List,
        ["DuplicatesOptions"] = DuplicatesOptions.List,
        ["InterpolateOptions"] = InterpolateOptions.List,
        ["TraverseOptions"] = TraverseOptions.List,
        ["NeighboursOptions"] = NeighboursOptions.List,
        ["models"] = ModelCatalog.Options,
        ["strategies"] = SelectionCatalog.Options,
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void Names_and_letters_are_there_once_and_descriptions_say_something(string list)
    {
        var options = All[list];
        Assert.NotEmpty(options);
        Assert.Equal(options.Count, options.DistinctBy(o => o.Name).Count());
        var letters = options.Where(o => o.Letter is not null).ToArray();
        Assert.Equal(letters.Length, letters.DistinctBy(o => o.Letter).Count());
        Assert.All(options, o => Assert.Matches("^[a-z]+[0-9]*(-[a-z]+|-[0-9]+)*$", o.Name));
        Assert.All(options, o => Assert.InRange(o.Description.Length, 8, 500));
        Assert.All(options, o => Assert.All(o.Replaces, name => Assert.Contains(options, other => other.Name == name)));
        Assert.All(
            options,
            o => Assert.True(o.Refines is null || RunConfig.List.Concat(options).Any(other => other.Name == o.Refines))
        );
    }

    [Fact]
    public void Options_of_runs_and_models_do_not_share_a_name_or_a_letter()
    {
        OptionDescriptor[] options = [.. RunConfig.List, .. ModelCatalog.Options];
        Assert.Equal(options.Length, options.DistinctBy(o => o.Name).Count());
        var letters = options.Where(o => o.Letter is not null).ToArray();
        Assert.Equal(letters.Length, letters.DistinctBy(o => o.Letter).Count());
        Assert.All(options, o => Assert.NotNull(o.Group));
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_value_of_another_kind_is_refused_by_the_name_of_the_option(string list)
    {
        foreach (var option in All[list])
        {
            // An object is a value of no option.
            var e = Assert.Throws<ArgumentException>(() => option.Check(new JsonObject()));
            Assert.StartsWith($"{option.Name}: ", e.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void What_is_typed_is_what_a_file_has(string list)
    {
        foreach (var option in All[list].Where(o => o.Kind != OptionKind.Folder))
        {
            string typed = option switch
            {
                { Name: "image-size" } => "64x48",
                { ValueName: "WxH" } => "30x15",
                { Name: "background" } => "#40e0d0",
                { Name: "device" } => "cuda:3",
                { Kind: OptionKind.WholeNumber } => "7",
                { Kind: OptionKind.Number } => "0.25",
                { Kind: OptionKind.Flag } => "true",
                { Kind: OptionKind.WholeNumbers } => "3,4",
                { Kind: OptionKind.Name or OptionKind.Names } => option.Choices.Count > 0 ? option.Choices[^1] : "x",
                _ => "x",
            };
            var value = option.FromText(typed);
            option.Check(value);
            // As a file has it: read from text, not made from a number.
            option.Check(JsonNode.Parse(value.ToJsonString()));
            Assert.Equal(typed == "true" ? "yes" : typed, OptionDescriptor.ToText(value));
        }
    }

    [Fact]
    public void Every_option_of_a_run_keeps_its_value_through_json()
    {
        var usual = new RunConfig();
        foreach (var option in RunConfig.List.Where(o => o.Range is not null))
        {
            var value = option.FromText(option.Kind == OptionKind.Number ? "0.125" : "3");
            var config = option.Set(usual, value);
            Assert.True(JsonNode.DeepEquals(value, option.Get(config)), option.Name);
            var again = RunConfig.List.Read(usual, RunConfig.List.Write(config));
            Assert.True(JsonNode.DeepEquals(value, option.Get(again)), option.Name);
        }
    }

    [Fact]
    public void A_number_out_of_its_range_is_refused_by_name_and_the_bounds_are_not()
    {
        foreach (var option in RunConfig.List.Where(o => o.Range is not null))
        {
            var range = option.Range!;
            string step = option.Kind == OptionKind.Number ? "0.5" : "1";
            double outside = range.IsAboveLeast ? range.Least : range.Least - double.Parse(step);
            string text = FormattableString.Invariant($"{outside}");
            var config = option.Set(new RunConfig(), JsonNode.Parse(text));
            Assert.Equal(
                $"{option.Name} is {text}; it must be {range.Text}.",
                Assert.Throws<ArgumentException>(() => option.Validate(config)).Message
            );
            if (!range.IsAboveLeast)
                option.Validate(option.Set(new RunConfig(), JsonNode.Parse($"{range.Least}")));
        }
    }

    [Theory]
    [InlineData("epochs", "3.0")]
    [InlineData("epochs", "1e3")]
    [InlineData("seed", "-1")]
    [InlineData("beta", "\"1\"")]
    [InlineData("name", "1")]
    [InlineData("noise", "1")]
    [InlineData("strict", "\"yes\"")]
    [InlineData("lr-milestones", "[1.5]")]
    public void Json_of_another_kind_is_refused(string name, string json) =>
        Assert.Throws<ArgumentException>(() => RunConfig.List.Single(o => o.Name == name).Check(JsonNode.Parse(json)));

    [Fact]
    public void Null_leaves_open_what_may_be_left_open_and_is_refused_elsewhere()
    {
        Option("name").Check(null);
        Assert.Null(Option("name").Set(new RunConfig(), null).Name);
        Assert.Equal(
            "epochs: null has the wrong type; a whole number is needed.",
            Assert.Throws<ArgumentException>(() => Option("epochs").Check(null)).Message
        );
    }

    [Fact]
    public void Defaults_are_those_of_a_new_record()
    {
        Assert.Equal("40", Option("epochs").Default);
        Assert.Equal("0.001", Option("learning-rate").Default);
        Assert.Equal("none", Option("noise").Default);
        Assert.Equal("", Option("strict").Default);
        Assert.Equal("1e-6", ModelCatalog.Options.Single(o => o.Name == "min-std").Default);
    }

    [Fact]
    public void A_folder_that_is_typed_becomes_a_full_path_and_an_empty_one_is_refused()
    {
        Assert.Equal(Path.GetFullPath("pictures"), Option("images").FromText("pictures").GetValue<string>());
        Assert.StartsWith(
            "images is empty;",
            Assert.Throws<ArgumentException>(() => Option("images").FromText("")).Message
        );
    }

    private static OptionOf<RunConfig> Option(string name) => RunConfig.List.Single(o => o.Name == name);
}
