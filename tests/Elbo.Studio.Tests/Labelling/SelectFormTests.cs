using Elbo.Studio.Access;
using Elbo.Studio.Labelling;

namespace Elbo.Studio.Tests.Labelling;

public class SelectFormTests
{
    private readonly SelectForm _form = new(new AllowedFolders(Path.GetTempPath()));

    [Fact]
    public void Empty_fields_are_the_defaults_of_the_command()
    {
        var options = _form.Read();
        Assert.Equal(("trimmed-medoids", 100, "test"), (options.Strategy, options.Budget, options.Choice.Split));
        Assert.Empty(options.StrategyOptions);
    }

    [Fact]
    public void Options_of_the_chosen_strategy_are_read_and_those_of_others_are_not()
    {
        _form["near-fraction"] = "0.3";
        _form.Strategy = "probcover";
        _form["clusters"] = "12";
        (_form.Budget, _form.Seed, _form.Split) = (" 7 ", "3", "all");
        var options = _form.Read();
        Assert.Equal((7, 3UL, "all"), (options.Budget, options.Seed, options.Choice.Split));
        Assert.Equal(new Dictionary<string, double> { ["clusters"] = 12 }, options.StrategyOptions);
    }

    [Theory]
    [InlineData("ten", "0", "", "budget is 'ten'; it must be a whole number of at most 2147483647")]
    [InlineData("0", "0", "", "budget is 0; it must be 1 or more images.")]
    [InlineData("5", "-1", "", "seed is '-1'; it must be a whole number from 0 to 18446744073709551615")]
    [InlineData("5", "0", "much", "near-fraction is 'much'; it must be a number")]
    public void A_bad_text_names_its_field(string budget, string seed, string fraction, string complaint)
    {
        (_form.Budget, _form.Seed, _form["near-fraction"]) = (budget, seed, fraction);
        Assert.Equal(complaint, Assert.Throws<ArgumentException>(() => _form.Read()).Message);
    }

    [Fact]
    public void A_folder_must_be_below_an_allowed_one()
    {
        (_form.UsesFolder, _form.Folder) = (true, "/etc");
        Assert.Throws<UnauthorizedAccessException>(() => _form.Read());
        _form.Folder = " ";
        Assert.Equal("the folder is empty; name one.", Assert.Throws<ArgumentException>(() => _form.Read()).Message);
        _form.Folder = "photos";
        Assert.EndsWith("photos", _form.Read().Choice.Images, StringComparison.Ordinal);
    }
}
