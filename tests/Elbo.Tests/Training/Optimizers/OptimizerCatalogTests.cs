using Elbo.Training.Optimizers;

namespace Elbo.Tests.Training.Optimizers;

public class OptimizerCatalogTests
{
    [Fact]
    public void Every_promised_optimizer_is_there_and_adam_is_the_default() =>
        Assert.Equal(
            ["adam", "adamw", "amsgrad", "adamax", "rmsprop", "sgd", "momentum", "nesterov"],
            OptimizerCatalog.All.Select(entry => entry.Name)
        );

    [Fact]
    public void Names_are_found_in_any_case() =>
        Assert.All(
            OptimizerCatalog.All,
            entry => Assert.Same(entry, OptimizerCatalog.Get(entry.Name.ToUpperInvariant()))
        );

    [Fact]
    public void An_unknown_name_is_answered_with_those_there_are_and_the_nearest()
    {
        var e = Assert.Throws<ArgumentException>(() => OptimizerCatalog.Get("adma"));
        Assert.Equal(
            "there is no optimizer 'adma'; there are adam, adamw, amsgrad, adamax, rmsprop, sgd, momentum, "
                + "nesterov. Did you mean adam?",
            e.Message
        );
    }

    [Fact]
    public void Descriptions_fit_a_line() =>
        Assert.All(OptimizerCatalog.All, entry => Assert.InRange(entry.Description.Length, 10, 80));
}
