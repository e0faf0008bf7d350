using System.Text.Json;
using Elbo.Engine;
using Elbo.Evaluation;

namespace Elbo.Tests.Evaluation;

/// <summary>Nearest neighbour and logistic regression.</summary>
public class ClassifierTests
{
    private const string Reference = "Evaluation/logistic_regression.json";

    [Fact]
    public void A_point_gets_the_class_of_its_nearest_neighbour_and_of_two_the_first()
    {
        var classifier = new NearestNeighbourClassifier([0, 0, 2, 0, 5, 5], 2, [7, 8, 9]);
        Assert.Equal([7, 7, 8, 9], classifier.Predict([0.1f, 0, 1, 0, 1.1f, 0, 50, 4]));
        Assert.Contains(
            "got 2 labels with 3 points",
            Assert
                .Throws<ArgumentException>(() => new NearestNeighbourClassifier([0, 0, 2, 0, 5, 5], 2, [7, 8]))
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("Category", "Reference")]
    public void Several_neighbours_vote_as_in_scikit_learn_on_any_number_of_threads()
    {
        using var golden = Golden.Open("evaluation");
        int[] labels = golden.ReadLabels("neighbours/labels");
        float[] queries = golden.ReadFloats("neighbours/queries").Values.ToArray();
        var classifier = new NearestNeighbourClassifier(golden.ReadFloats("neighbours/points").Values, 3, labels, 4);
        int[] expected = golden.ReadLabels("neighbours/predicted");
        Assert.Equal(expected, classifier.Predict(queries));
        float[] many = [.. Enumerable.Repeat(queries, 10).SelectMany(query => query)];
        Assert.Equal(classifier.Predict(many, threads: 1), classifier.Predict(many, threads: 3));
    }

    [Fact]
    public void The_vote_of_all_neighbours_is_the_most_frequent_class_and_of_two_the_lowest()
    {
        float[] points = [0, 1, 2, 3, 4];
        Assert.Equal([5], new NearestNeighbourClassifier(points, 1, [9, 5, 5, 5, 2], 5).Predict([0]));
        Assert.Equal([2], new NearestNeighbourClassifier(points, 1, [9, 5, 5, 2, 2], 5).Predict([0]));
        Assert.Contains(
            "got 6 neighbours with 5 points; 1 to 5 are possible.",
            Assert
                .Throws<ArgumentException>(() => new NearestNeighbourClassifier(points, 1, [9, 5, 5, 2, 2], 6))
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Accuracy_is_the_fraction_of_equal_classes()
    {
        Assert.Equal(0.75, ClassificationMetrics.Accuracy([1, 2, 3, 0], [1, 2, 3, 4]));
        Assert.StartsWith(
            "got 1 predicted and 2 true classes;",
            Assert.Throws<ArgumentException>(() => ClassificationMetrics.Accuracy([1], [1, 2])).Message
        );
    }

    [Fact]
    public void The_fit_is_where_no_change_of_a_weight_lowers_the_penalised_loss()
    {
        var rng = new Rng(4);
        int[] labels = [.. Enumerable.Range(0, 90).Select(i => i % 3)];
        float[] points =
        [
            .. Enumerable
                .Range(0, 90)
                .SelectMany(i => new[] { rng.NextNormal() + (i % 3), rng.NextNormal() - (i % 3 == 1 ? 2 : 0) }),
        ];
        var options = new LogisticRegressionOptions
        {
            Penalty = 0.7,
            Tolerance = 1e-12,
            Steps = 100_000,
        };
        var fit = LogisticRegression.Fit(points, 2, labels, 3, options);
        double least = Loss(fit.Weights);
        for (int row = 0; row < 3; row++)
        for (int column = 0; column < 3; column++)
            foreach (double step in (double[])[1e-3, -1e-3])
            {
                double[,] moved = (double[,])fit.Weights.Clone();
                moved[row, column] += step;
                // A change of the least value by a step h is of the order h²; a slope that was left would show.
                Assert.True(Loss(moved) > least, $"weight {row}, {column}");
            }

        double Loss(double[,] w)
        {
            double loss = 0;
            for (int i = 0; i < labels.Length; i++)
            {
                double[] scores =
                [
                    .. Enumerable
                        .Range(0, 3)
                        .Select(k => (points[2 * i] * w[0, k]) + (points[(2 * i) + 1] * w[1, k]) + w[2, k]),
                ];
                loss += Math.Log(scores.Sum(Math.Exp)) - scores[labels[i]];
            }
            for (int d = 0; d < 2; d++)
            for (int k = 0; k < 3; k++)
                loss += 0.35 * w[d, k] * w[d, k];
            return loss;
        }
    }

    [Fact]
    public void Weights_loss_and_probabilities_are_those_of_scikit_learn()
    {
        using var values = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, Reference)));
        var reference = values.RootElement;
        var points = reference.GetProperty("points").EnumerateArray().Select(value => value.GetSingle()).ToArray();
        var labels = reference.GetProperty("labels").EnumerateArray().Select(value => value.GetInt32()).ToArray();
        var fit = LogisticRegression.Fit(points, 3, labels, 4);
        double loss = reference.GetProperty("loss").GetDouble();
        Assert.Equal(loss, fit.Loss, loss * 1e-10);
        // Weights are penalised by 1, so that they are off by no more than about the gradient's norm.
        Assert.InRange(fit.GradientNorm, 0, 1e-5);
        var weights = reference.GetProperty("weights").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        Assert.Equal(fit.Weights.GetLength(0) * fit.Weights.GetLength(1), weights.Length);
        for (int i = 0; i < weights.Length; i++)
            Assert.Equal(weights[i], fit.Weights[i / 4, i % 4], 1e-5);
        Assert.Equal(
            reference.GetProperty("predictions").EnumerateArray().Select(value => value.GetInt32()),
            fit.Predict(points)
        );
    }

    [Fact]
    public void The_fit_ends_after_the_steps_that_are_allowed_and_has_lowered_the_loss()
    {
        float[] points = [-3, -2, 2, 3, 2.5f, -2.5f];
        int[] labels = [0, 0, 1, 1, 1, 0];
        var few = LogisticRegression.Fit(points, 1, labels, 2, new LogisticRegressionOptions { Steps = 1 });
        var all = LogisticRegression.Fit(points, 1, labels, 2);
        Assert.InRange(few.Loss, all.Loss, 6 * Math.Log(2));
        Assert.True(few.GradientNorm > all.GradientNorm);
        Assert.Equal(all.Weights, LogisticRegression.Fit(points, 1, labels, 2).Weights);
    }

    [Fact]
    public void Points_that_are_not_numbers_are_refused() =>
        Assert.Contains(
            "value 1 is NaN; coordinates must be finite numbers.",
            Assert.Throws<ArgumentException>(() => LogisticRegression.Fit([1, float.NaN], 1, [0, 1], 2)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Separate_classes_are_told_apart_and_absent_ones_never_predicted()
    {
        float[] points = [-3, -2, 2, 3, 2.5f, -2.5f];
        int[] labels = [0, 0, 2, 2, 2, 0];
        Assert.Equal(labels, LogisticRegression.Fit(points, 1, labels, 4).Predict(points));
        Assert.Equal([1, 1], LogisticRegression.Fit([5, 6], 1, [1, 1], 3).Predict([-100, 100]));
        Assert.Contains(
            "got label 4; with 4 classes",
            Assert.Throws<ArgumentException>(() => LogisticRegression.Fit(points, 1, [0, 0, 4, 2, 2, 0], 4)).Message,
            StringComparison.Ordinal
        );
    }
}
