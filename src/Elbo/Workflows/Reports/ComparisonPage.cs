using System.Globalization;
using Elbo.Formats;

namespace Elbo.Workflows.Reports;

/// <summary>The page of several runs side by side: a single file without external resources.</summary>
internal static class ComparisonPage
{
    /// <summary>Maximum size of both figures on the page in bytes, before Base64 encoding.</summary>
    private const int MostBytes = 4_000_000;

    /// <summary>Creates the page. The same files give the same page.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="table">Their table, with one row per run.</param>
    /// <param name="reconstructions">Path of the figure of reconstructions.</param>
    /// <param name="curves">Path of the figure of losses.</param>
    public static string Compose(
        IReadOnlyList<ComparedRun> runs,
        DataTable table,
        string reconstructions,
        string curves
    )
    {
        var pictures = EmbeddedPicture.LoadAll([reconstructions, curves], MostBytes);
        return PageTemplate.Fill(
            new Dictionary<string, Html>
            {
                ["title"] = Html.Of($"Comparison of {runs.Count} runs · Elbo"),
                ["header"] = Html.Of(
                    $"""
                    <h1>Comparison of {runs.Count} runs</h1>
                    <p class="soft">{string.Join(" · ", runs.Select(run => run.Content.Folder.Name))}</p>

                    """
                ),
                ["sections"] = Html.Join(
                    Section("Runs", Table(runs, table)),
                    Section(
                        "Reconstructions",
                        Figure(pictures[0], "Test images, and their reconstructions by each run")
                    ),
                    Section("Losses", Figure(pictures[1], "Loss of test images and its terms after every epoch"))
                ),
                ["footer"] = Html.Of(
                    $"""
                    <p>Losses are in nats per image; the mean squared error is per pixel, in intensities from 0 to 1.
                    Losses of different likelihoods or datasets do not compare.</p>

                    """
                ),
            }
        );
    }

    private static Html Section(string title, Html content) =>
        Html.Of($"<section>\n<h2>{title}</h2>\n{content}</section>\n");

    private static Html Figure(EmbeddedPicture? picture, string caption) =>
        picture is null
            ? Html.Empty
            : Html.Of($"<figure>\n{picture.Image(caption)}<figcaption>{caption}</figcaption>\n</figure>\n");

    private static Html Table(IReadOnlyList<ComparedRun> runs, DataTable table)
    {
        var head = Html.Join(
            table.Columns.Select(column => Html.Of($"<th scope=\"col\">{column.Replace('_', ' ')}</th>"))
        );
        var rows = table.Rows.Select(
            (row, i) =>
            {
                var link = Html.Of(
                    $"<th scope=\"row\"><a href=\"{runs[i].Content.LinkTo(runs[i].Content.Folder.Report)}\">"
                        + $"{runs[i].Content.Folder.Name}</a></th>"
                );
                return Html.Of($"<tr>{link}{row.Skip(1).Select(cell => Html.Of($"<td>{Text(cell)}</td>"))}</tr>\n");
            }
        );
        return Html.Of(
            $"<div class=\"scroll\"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
        );
    }

    private static string Text(object? cell) =>
        cell switch
        {
            double number when number == Math.Floor(number) && Math.Abs(number) < 1e15 => $"{number:N0}",
            double number => number.ToString(Math.Abs(number) < 1 ? "0.#####" : "0.##", CultureInfo.InvariantCulture),
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            _ => cell?.ToString() ?? "",
        };
}
