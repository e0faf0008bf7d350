using Elbo.Data;

namespace Elbo.Tests.Data;

public class ClassFilterTests
{
    private static readonly string[] Names = ["cat", "dog", "1"];

    /// <summary>Two images of each class, of one pixel with the intensity of its index.</summary>
    private static readonly ImageDataset Six = new(
        "pets",
        new ImageShape(1, 1, 1),
        new byte[] { 0, 1, 2, 3, 4, 5 },
        new byte[] { 0, 1, 2, 2, 1, 0 },
        Names
    )
    {
        FileNames = ["a", "b", "c", "d", "e", "f"],
    };

    private static readonly DatasetSplits Splits = new(Six, Six) { Validation = Six.Slice(0, 2), TestFraction = 0.5f };

    [Fact]
    public void Training_and_validation_images_lose_classes_and_test_images_none()
    {
        var without = new ClassFilter(null, ["dog"]).Apply(Splits);
        Assert.Equal([0, 2, 3, 5], without.Train.Pixels.ToArray());
        Assert.Equal([0, 2, 2, 0], without.Train.Labels!.Value.ToArray());
        Assert.Equal(["a", "c", "d", "f"], without.Train.FileNames);
        Assert.Equal(Names, without.Train.ClassNames);
        Assert.Equal([0], without.Validation!.Pixels.ToArray());
        Assert.Same(Six, without.Test);
        Assert.Equal(0.5f, without.TestFraction);
        var only = new ClassFilter(["dog"], null).Apply(Splits);
        Assert.Equal([1, 4], only.Train.Pixels.ToArray());
        Assert.Same(Splits, new ClassFilter(null, null).Apply(Splits));
    }

    [Fact]
    public void Validation_images_without_one_of_the_classes_are_none() =>
        Assert.Null(new ClassFilter(["1"], null).Apply(Splits).Validation);

    [Fact]
    public void A_class_is_found_by_name_in_any_case_then_by_number()
    {
        Assert.Equal([0, 1], ClassFilter.Find("x", ["DOG", "0"], Names).Order());
        // The class called 1 has the number 2.
        Assert.Equal([2], ClassFilter.Find("x", [" 1", "2"], Names));
    }

    [Fact]
    public void What_cannot_be_chosen_is_refused_with_the_classes_there_are()
    {
        AssertRefused("only-classes: there is no class 'dgo'; there are cat, dog, 1. Did you mean dog?", ["dgo"], null);
        AssertRefused("without-classes: there is no class '3'; there are cat, dog, 1.", null, ["3"]);
        AssertRefused("without-classes 1,0,dog leaves none of the 6 training images of pets.", null, ["1", "0", "dog"]);
        AssertRefused("only-classes and without-classes were both given;", ["cat"], ["dog"]);
        AssertRefused("only-classes is empty;", [], null);
        var many = Enumerable.Range(0, 100).Select(i => $"species-{i}").ToArray();
        Assert.Equal(
            "x: there is no class 'specie-7' among the 100; the most similar are species-7, species-0, species-1.",
            Assert.Throws<ArgumentException>(() => ClassFilter.Find("x", ["specie-7"], many)).Message
        );
        Assert.StartsWith(
            "only-classes needs labels; the training images of plain have none.",
            Assert
                .Throws<ArgumentException>(() =>
                    new ClassFilter(["cat"], null).Apply(
                        Splits with
                        {
                            Train = new ImageDataset("plain", Six.Shape, Six.Pixels),
                        }
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

        static void AssertRefused(string complaint, string[]? only, string[]? without)
        {
            var filter = new ClassFilter(only, without);
            Assert.StartsWith(
                complaint,
                Assert
                    .Throws<ArgumentException>(() =>
                    {
                        filter.Validate();
                        filter.Apply(Splits);
                    })
                    .Message,
                StringComparison.Ordinal
            );
        }
    }
}
