using Elbo.Data;

namespace Elbo.Tests.Data;

public class DatasetCatalogTests
{
    [Fact]
    public void The_default_dataset_needs_no_file()
    {
        Assert.Equal("digits", DatasetCatalog.All[0].Name);
        Assert.False(DatasetCatalog.All[0].NeedsFiles);
    }

    [Fact]
    public void Names_are_unique_and_found_in_any_case()
    {
        Assert.Equal(DatasetCatalog.All.Count, DatasetCatalog.All.Select(source => source.Name).Distinct().Count());
        Assert.All(
            DatasetCatalog.All,
            source => Assert.Same(source, DatasetCatalog.Get(source.Name.ToUpperInvariant()))
        );
    }

    [Fact]
    public void An_unknown_name_is_answered_with_those_there_are()
    {
        var e = Assert.Throws<ArgumentException>(() => DatasetCatalog.Get("imagenet"));
        Assert.Equal(
            "there is no dataset 'imagenet'; there are digits, mnist, fashion-mnist, kmnist, emnist-letters, "
                + "emnist-balanced, emnist-digits, cifar10, cifar100, frey, binarized-mnist, image-folder, arrays.",
            e.Message
        );
    }

    [Theory]
    [InlineData("minst", "mnist")]
    [InlineData("digit", "digits")]
    [InlineData("fashion", "fashion-mnist")]
    [InlineData("fashion_mnist", "fashion-mnist")]
    [InlineData("fasion-mnist", "fashion-mnist")]
    public void A_near_name_is_suggested(string typed, string meant) =>
        Assert.EndsWith(
            $"Did you mean {meant}?",
            Assert.Throws<ArgumentException>(() => DatasetCatalog.Get(typed)).Message
        );

    [Fact]
    public void Descriptions_fit_a_line() =>
        Assert.All(DatasetCatalog.All, source => Assert.InRange(source.Description.Length, 10, 80));
}
