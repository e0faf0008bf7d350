using System.Globalization;
using Elbo.Figures;
using Elbo.Formats;
using Elbo.Neighbours;
using Elbo.Workflows.Plots;

namespace Elbo.Workflows.Exploring;

/// <summary>The <c>elbo neighbours</c> command: the images nearest to others in latent space.</summary>
public static class NeighboursWorkflow
{
    /// <summary>Name of the table in every folder of neighbours.</summary>
    private const string TableName = "neighbours.csv";

    private const int MostRows = 40;
    private const int MostColumns = 24;

    /// <summary>
    /// Finds the nearest images of each query by the Euclidean distance of their codes, and writes a folder with a
    /// table and a figure of the first 40 queries.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Queries, the images to search, and the destination.</param>
    /// <param name="cancellation">Cancels the search. Nothing is written then.</param>
    /// <exception cref="ArgumentException">An option is invalid, or there are fewer images than neighbours.</exception>
    /// <exception cref="IOException">Images cannot be found, or the folder exists or cannot be written.</exception>
    /// <exception cref="InvalidDataException">No image can be read.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public static NeighboursSummary Run(
        LoadedRun run,
        NeighboursOptions options,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var among = options.Queries is null
            ? run.Images(options.Searched, cancellation)
            : run.ImagesToDecode(options.Searched, cancellation);
        options.RequireEnough(among);
        var asked = options.Queries is { } choice ? run.Images(choice, cancellation) : among;
        int[] queries = [.. options.Index ?? [.. Enumerable.Range(0, asked.Count)]];
        using var folder = OutputFolder.Choose(
            options.Output,
            run.Folder.Findings("neighbours", $"{options.Queries?.Name ?? "index"}-in-{options.Searched.Name}"),
            TableName,
            options.Overwrite
        );
        var searched = EncodedImages.Of(run, among, cancellation);
        var encoded = options.Queries is null ? searched : EncodedImages.Of(run, asked, cancellation);
        var found = Search(encoded, queries, searched, options, cancellation);
        Csv.Save(Path.Combine(folder.Staging, TableName), Table(encoded, searched, found));
        FigureWriter.Save(
            Figure(run, encoded, searched, found, options),
            Path.Combine(folder.Staging, "neighbours.png")
        );
        folder.Complete();
        return new NeighboursSummary(folder.Path, found);
    }

    /// <summary>Searches the neighbours of some of the queries.</summary>
    internal static NeighbourQuery[] Search(
        EncodedImages queries,
        int[] indices,
        EncodedImages searched,
        NeighboursOptions options,
        CancellationToken cancellation
    )
    {
        var tree = new KdTree(searched.Codes, searched.Dimensions);
        var files = searched.FilePositions();
        var result = new NeighbourQuery[indices.Length];
        new Partition(options.Threads).Run(
            indices.Length,
            (first, last) =>
            {
                int[] neighbours = new int[options.Count];
                double[] squares = new double[options.Count];
                for (int i = first; i < last; i++)
                {
                    int except = ReferenceEquals(queries, searched)
                        ? indices[i]
                        : EncodedImages.Itself(queries.Images, indices[i], files);
                    int count = Math.Min(options.Count, searched.Count - (except < 0 ? 0 : 1));
                    tree.Nearest(
                        queries.Code(indices[i]),
                        except,
                        neighbours.AsSpan(0, count),
                        squares.AsSpan(0, count)
                    );
                    result[i] = new NeighbourQuery(
                        indices[i],
                        queries.Images.FilePath(indices[i]),
                        [.. Enumerable.Range(0, count).Select(k => new Neighbour(neighbours[k], Math.Sqrt(squares[k])))]
                    );
                }
            },
            pieceSize: 16,
            cancellation
        );
        return result;
    }

    private static DataTable Table(EncodedImages queries, EncodedImages searched, NeighbourQuery[] found)
    {
        var table = new DataTable("query", "query_file", "rank", "index", "file", "distance", "label");
        foreach (var query in found)
            for (int rank = 0; rank < query.Neighbours.Count; rank++)
            {
                var (index, distance) = query.Neighbours[rank];
                table.Add(
                    query.Index,
                    query.File,
                    rank + 1,
                    index,
                    searched.Images.FilePath(index),
                    (float)distance,
                    searched.Images.ClassName(index)
                );
            }
        return table;
    }

    /// <summary>"query | neighbours", with their distances and labels.</summary>
    private static ImageRows Figure(
        LoadedRun run,
        EncodedImages queries,
        EncodedImages searched,
        NeighbourQuery[] found,
        NeighboursOptions options
    )
    {
        int rows = Math.Min(MostRows, found.Length);
        string word = LatentPlot.WordOf(queries.Images);
        string which = rows < found.Length ? $"the first {rows} of {found.Length:N0} images" : "images";
        return new ImageRows(
            [
                .. found
                    .Take(rows)
                    .Select(query => new ImageRow(
                        queries.Name(query.Index),
                        [
                            new(queries.Picture(query.Index), "", Marked: true),
                            .. query.Neighbours.Take(MostColumns).Select(near => Cell(searched, near)),
                        ],
                        queries.Images.ClassName(query.Index) is { } label ? $"{word} {label}" : ""
                    )),
            ],
            run.Folder.Title(run.Config.Dataset, $"{which} and their neighbours in {options.Searched.Subject}")
        );
    }

    private static ImageCell Cell(EncodedImages searched, Neighbour near)
    {
        string distance = near.Distance.ToString("F2", CultureInfo.InvariantCulture);
        return new(
            searched.Picture(near.Index),
            searched.Images.ClassName(near.Index) is { } label ? $"{distance} · {label}" : distance
        );
    }
}

/// <summary>A neighbour of an image.</summary>
/// <param name="Index">Index among the images searched.</param>
/// <param name="Distance">Euclidean distance of the codes.</param>
public readonly record struct Neighbour(int Index, double Distance);

/// <summary>An image and its neighbours.</summary>
/// <param name="Index">Index of the image among the queries, or among the images searched if it is one of them.</param>
/// <param name="File">Path of its file; null if images are not files.</param>
/// <param name="Neighbours">The neighbours, nearest first; ties in the order of the images.</param>
public sealed record NeighbourQuery(int Index, string? File, IReadOnlyList<Neighbour> Neighbours);

/// <summary>Result of <see cref="NeighboursWorkflow"/>.</summary>
/// <param name="Path">Path of the folder.</param>
/// <param name="Queries">The queries in their order.</param>
public sealed record NeighboursSummary(string Path, IReadOnlyList<NeighbourQuery> Queries)
{
    /// <summary>The mean distance of the nearest neighbours.</summary>
    public double MeanNearestDistance => Queries.Average(query => query.Neighbours[0].Distance);
}
