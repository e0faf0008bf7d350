using System.Text;
using Elbo.Data;
using Elbo.Figures.Interactive;
using Elbo.Formats;
using Elbo.Projection;
using Elbo.Training.Runs;
using Elbo.Workflows.Reports;

namespace Elbo.Workflows.Plots;

/// <summary>
/// The codes of the same test images after each pictured epoch, as an interactive scatter plot whose points move from
/// epoch to epoch. It is made from the tables <c>latent/epoch-NNN.csv</c>.
/// </summary>
internal static class LatentFilm
{
    /// <summary>File name of the page with the images of the points.</summary>
    public const string PageName = "latent-epochs.html";

    /// <summary>
    /// Maximum number of points. Where the positions take too many bytes, there are fewer points, but not fewer than
    /// <see cref="FewestPoints"/>, and then fewer epochs.
    /// </summary>
    private const int MostPoints = 2_000;

    private const int FewestPoints = 1_000;

    /// <summary>Maximum size of the positions in a page of its own, in bytes: 200 epochs in a plane.</summary>
    private const int PageBytes = 1_600_000;

    /// <summary>
    /// Maximum number of coordinates in the table of an epoch, of about ten bytes each, so that large codes do not fill
    /// the disk.
    /// </summary>
    private const int MostNumbers = 100_000;

    /// <summary>Path of the table of an epoch.</summary>
    public static string Table(RunFolder run, int epoch) => run.Latent($"epoch-{epoch:D3}.csv");

    /// <summary>Number of codes in the table of an epoch, the first of <paramref name="count"/>.</summary>
    public static int Kept(int count, int dimensions) => Math.Min(count, MostNumbers / dimensions);

    /// <summary>
    /// Reads the tables of a run. Null if fewer than two can be used: tables that are missing, damaged, or of other
    /// images than that of the last epoch are left out.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="dataset">Name of the dataset, for the title.</param>
    /// <param name="classNames">Names of the classes in the order of the legend.</param>
    /// <param name="mostBytes">Maximum size of the positions, of two bytes per coordinate.</param>
    /// <param name="cancellation">Cancels reading.</param>
    public static InteractiveScatter? Load(
        RunFolder run,
        string dataset,
        IReadOnlyList<string> classNames,
        int mostBytes,
        CancellationToken cancellation = default
    )
    {
        var files = RunFolder.EpochFiles(run.Latent("epoch-*.csv"));
        int end = files.Count;
        LatentTable? last = null;
        while (end > 0 && last is null)
            last = TryLoad(files[--end].Path, cancellation);
        if (last is null)
            return null;
        int rows = last.Codes.Length / last.Dimensions,
            shown = last.Dimensions > 3 ? 2 : last.Dimensions,
            room = mostBytes / sizeof(ushort) / shown,
            points = Math.Min(rows, Math.Clamp(room / files.Count, FewestPoints, MostPoints));
        int[] indices = [.. Thinning.Evenly(rows, points)];
        var pca = last.Dimensions > 3 ? Pca.Fit(last.Codes, last.Dimensions, shown) : null;
        var epochs = new List<(int Epoch, float[] Positions)>();
        foreach (int i in Thinning.Evenly(end + 1, room / points))
            if (
                (i == end ? last : TryLoad(files[i].Path, cancellation)) is { } table
                && (table.Codes.Length, table.Dimensions) == (last.Codes.Length, last.Dimensions)
            )
            {
                float[] codes = Pick(table, indices);
                epochs.Add((files[i].Epoch, pca?.Project(codes) ?? codes));
            }
        if (epochs.Count < 2)
            return null;
        string[] names = last.ClassNames(classNames);
        var plane = pca is null ? null : PlaneProjection.Of(pca, last.Codes, last.Dimensions);
        return new InteractiveScatter
        {
            Coordinates = epochs[^1].Positions,
            Dimensions = shown,
            Frames = [.. epochs.Select(e => new ScatterFrame($"epoch {e.Epoch}", e.Positions))],
            Indices = indices,
            Classes =
                last.Categories.Count > 0 ? [.. indices.Select(i => Array.IndexOf(names, last.Categories[i]))] : [],
            ClassNames = last.Categories.Count > 0 ? names : [],
            AxisLabels = plane?.AxisLabels,
            Title = run.Title(dataset, "latent space through the epochs"),
            Caption = Caption(points, rows, [.. epochs.Select(e => e.Epoch)], files.Count, plane),
        };
    }

    private static string Caption(int points, int rows, int[] epochs, int files, PlaneProjection? plane)
    {
        string some = points < rows ? $"of the first {rows:N0} " : "";
        string caption =
            $"Codes of {points:N0} {some}test images after epochs {epochs[0]} to {epochs[^1]}. "
            + "The axes are the same for all epochs.";
        if (epochs.Length < files)
            caption += $" {epochs.Length} of {files} epochs are shown.";
        return plane is null
            ? caption
            : $"{caption} {plane.Caption} The plane of epoch {epochs[^1]} is used for all epochs.";
    }

    private static float[] Pick(LatentTable table, int[] indices)
    {
        int width = table.Dimensions;
        float[] codes = new float[indices.Length * width];
        for (int i = 0; i < indices.Length; i++)
            table.Codes.AsSpan(indices[i] * width, width).CopyTo(codes.AsSpan(i * width));
        return codes;
    }

    /// <summary>The table with at least two finite codes of two or more dimensions; null if it is not one.</summary>
    private static LatentTable? TryLoad(string path, CancellationToken cancellation)
    {
        try
        {
            var table = LatentCsv.Load(path, cancellation: cancellation);
            return
                table.Dimensions > 1
                && table.Codes.Length >= 2 * table.Dimensions
                && Array.TrueForAll(table.Codes, float.IsFinite)
                ? table
                : null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes the page with the images of the points, atomically; nothing if there is no film.</summary>
    public static void SavePage(RunFolder run, ImageDataset test)
    {
        if (Load(run, test.Name, test.ClassNames, PageBytes) is not { } film)
            return;
        if (film.Indices.All(i => i < test.Count))
            film = film with { Images = test.Pick(film.Indices), LegendTitle = LatentPlot.WordOf(test) };
        AtomicFile.Write(run.Plot(PageName), Encoding.UTF8.GetBytes(film.ToPage()));
    }
}
