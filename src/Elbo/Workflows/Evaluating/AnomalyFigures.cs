using Elbo.Data;
using Elbo.Evaluation;
using Elbo.Models;

namespace Elbo.Workflows.Evaluating;

/// <summary>
/// How well scores of single images separate images of anomalous classes from those of the classes that a run was
/// trained on.
/// </summary>
internal sealed class AnomalyFigures
{
    private const string Group = "anomaly";

    /// <summary>Stands for all classes that the run was not trained on.</summary>
    private const string Others = "others";

    private readonly int[] _rows;
    private readonly bool[] _anomalous;
    private readonly string _subject;

    private AnomalyFigures(int[] rows, bool[] anomalous, string subject) =>
        (_rows, _anomalous, _subject) = (rows, anomalous, subject);

    /// <summary>What the reader of the figures has to know; null for nothing.</summary>
    public string? Remark { get; private init; }

    /// <summary>
    /// Divides labelled images into anomalous and normal ones. Normal are the classes that the run was trained on,
    /// except the anomalous ones; images of other classes are left out.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="images">The images.</param>
    /// <param name="wanted">
    /// The anomalous classes; <c>others</c> are those that the run was not trained on. Null is the same, if there are
    /// such images.
    /// </param>
    /// <returns>
    /// Null if nothing is wanted and the run was trained on all classes, or the images are not of both kinds.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// Anomalous classes are wanted, but the images have no labels, a class does not exist, or one of both kinds is
    /// missing.
    /// </exception>
    public static AnomalyFigures? Of(LoadedRun run, ImageDataset images, IReadOnlyList<string>? wanted)
    {
        var filter = run.Config.Classes;
        if (wanted is null && (filter.IsNone || images.Labels is null))
            return null;
        if (images.Labels is not { } labels)
            throw new ArgumentException($"{Group} needs labels; the images of {images.Name} have none.");
        var names = images.ClassNames;
        bool[] trained = Trained(run, names);
        bool[] anomalous = Anomalous(names, trained, wanted, filter);
        int[] rows =
        [
            .. Enumerable.Range(0, images.Count).Where(i => anomalous[labels.Span[i]] || trained[labels.Span[i]]),
        ];
        bool[] marks = [.. rows.Select(i => anomalous[labels.Span[i]])];
        int count = marks.Count(mark => mark);
        string classes = Names(names, c => anomalous[c]);
        if (count == 0 || count == rows.Length)
            return wanted is null
                ? null
                : throw new ArgumentException(
                    $"{Group}: {count:N0} of the {images.Count:N0} images are of the anomalous classes ({classes}), "
                        + $"and {rows.Length - count:N0} of others that the run was trained on; both are needed."
                );
        string known = Names(names, c => anomalous[c] && trained[c]);
        return new AnomalyFigures(
            rows,
            marks,
            $"{count:N0} images of {classes} against {rows.Length - count:N0} of "
                + Names(names, c => !anomalous[c] && trained[c])
        )
        {
            Remark =
                known.Length == 0
                    ? null
                    : $"the run was trained on images of {known} too, which makes these anomalies harder to find; "
                        + "--without-classes trains without them.",
        };
    }

    /// <summary>
    /// Area under the ROC curve and average precision of each score; a higher score speaks for an anomaly.
    /// </summary>
    /// <param name="estimates">One per image of the evaluation.</param>
    /// <param name="errors">Mean squared error of the reconstruction of each image.</param>
    /// <param name="unexplained">Fraction of variance unexplained of each image.</param>
    /// <param name="likelihood">Name of the negated first score, such as <c>log p(x)</c>.</param>
    public IEnumerable<EvaluationFigure> Figures(
        IReadOnlyList<LikelihoodEstimate> estimates,
        IReadOnlyList<double> errors,
        IReadOnlyList<double> unexplained,
        string likelihood
    )
    {
        double chance = (double)_anomalous.Count(mark => mark) / _rows.Length;
        (string Name, string Meaning, Func<int, double> Of)[] scores =
        [
            ("likelihood", $"−{likelihood}", i => -estimates[i].LogLikelihood),
            ("reconstruction", "E[−log p(x|z)]", i => estimates[i].Reconstruction),
            ("kl", "KL(q(z|x) ‖ p(z))", i => estimates[i].Divergence),
            ("mse", "the mean squared error", i => errors[i]),
            ("unexplained", "the fraction of variance unexplained", i => unexplained[i]),
        ];
        foreach (var (name, meaning, of) in scores)
        {
            double[] values = [.. _rows.Select(of)];
            yield return new EvaluationFigure(
                Group,
                $"auroc-{name}",
                RankingMetrics.AreaUnderRoc(values, _anomalous),
                null,
                $"area under the ROC curve of {meaning}: {_subject}; chance 0.5"
            );
            yield return new EvaluationFigure(
                Group,
                $"average-precision-{name}",
                RankingMetrics.AveragePrecision(values, _anomalous),
                null,
                $"average precision of {meaning}; chance {EvaluationText.Number(chance)}"
            );
        }
    }

    /// <summary>Whether the run was trained on each class of the images, which need not be of its dataset.</summary>
    private static bool[] Trained(LoadedRun run, IReadOnlyList<string> names)
    {
        if (run.Config.Classes.IsNone)
            return [.. names.Select(_ => true)];
        var own = run.Data.Train.ClassNames;
        bool[] keeps = run.Config.Classes.Keeps(own);
        var kept = own.Where((_, c) => keeps[c]).ToHashSet();
        return [.. names.Select(kept.Contains)];
    }

    private static bool[] Anomalous(
        IReadOnlyList<string> names,
        bool[] trained,
        IReadOnlyList<string>? wanted,
        ClassFilter filter
    )
    {
        if (wanted is null or [Others] && !names.Contains(Others))
            return filter.IsNone
                ? throw new ArgumentException(
                    $"{Group} is {Others}, the classes that the run was not trained on; it was trained on all. Name "
                        + $"the anomalous classes, such as --{Group} {names[0]}."
                )
                : [.. trained.Select(was => !was)];
        var given = ClassFilter.Find(Group, wanted ?? [], names);
        return [.. Enumerable.Range(0, names.Count).Select(given.Contains)];
    }

    private static string Names(IReadOnlyList<string> names, Func<int, bool> has) =>
        string.Join(", ", names.Where((_, c) => has(c)));
}
