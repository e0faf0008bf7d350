using System.Globalization;
using Elbo.Training;

namespace Elbo.Tests.Training;

public class EpochMetricsTests
{
    [Fact]
    public void They_are_one_line_for_people_in_any_culture()
    {
        var before = CultureInfo.CurrentCulture;
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = commas;
        try
        {
            var metrics = new EpochMetrics(
                12,
                "test",
                1101.302,
                [("reconstruction", 1082.651), ("kl", 18.651)],
                1e-3f,
                100,
                2
            );
            Assert.Equal("epoch 12: test loss 1101.30 (reconstruction 1082.65, KL 18.65) nats", metrics.ToString());
            Assert.Equal(
                "train loss 3.00 (reconstruction 1.00, KL-z 1.00, KL-y 1.00) nats, accuracy 0.913, clusters 10",
                new EpochMetrics(0, "train", 3, [("reconstruction", 1), ("kl-z", 1), ("kl-y", 1)], 0, 0, 0)
                {
                    Figures = [("accuracy", 0.9131), ("clusters", 10)],
                }.ToString()
            );
            Assert.Equal(
                "epoch 1: train loss NaN nats",
                new EpochMetrics(1, "train", double.NaN, [], 0, 0, 0).ToString()
            );
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
