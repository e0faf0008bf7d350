using Elbo.Studio.Pages.Explore;
using Elbo.Workflows.Exploring;

namespace Elbo.Studio.Tests.Explore;

public class SliderDimensionTests
{
    private static readonly TraverseStatistics Prior = new([5, 5, 5], [1, 1, 1], [0.1, 2, 0.7], IsOfPrior: true);

    [Fact]
    public void The_most_informative_dimension_comes_first()
    {
        var sliders = SliderDimension.Of(3, Prior, [0, 0, 0]);
        Assert.Equal([1, 2, 0], sliders.Select(slider => slider.Index));
        Assert.Equal([2, 0.7, 0.1], sliders.Select(slider => slider.Divergence!.Value));
    }

    [Fact]
    public void Sliders_reach_three_standard_deviations_of_the_prior_and_the_code_they_start_at()
    {
        var sliders = SliderDimension.Of(3, Prior, [0, 4.5f, 0]);
        Assert.Equal((-3, 4.5), (sliders[0].Low, sliders[0].High));
        Assert.Equal((-3, 3), (sliders[1].Low, sliders[1].High));
    }

    [Fact]
    public void With_another_prior_they_lie_around_the_mean_of_the_codes()
    {
        var sliders = SliderDimension.Of(1, new([2], [0.5], [1], IsOfPrior: false), [2]);
        Assert.Equal((0.5, 3.5), (sliders[0].Low, sliders[0].High));
    }

    [Fact]
    public void Without_images_dimensions_keep_their_order()
    {
        var sliders = SliderDimension.Of(4, null, new float[4]);
        Assert.Equal([0, 1, 2, 3], sliders.Select(slider => slider.Index));
        Assert.All(sliders, slider => Assert.Null(slider.Divergence));
    }
}
