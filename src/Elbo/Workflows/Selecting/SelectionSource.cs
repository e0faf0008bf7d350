using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Selection;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Selecting;

/// <summary>The images of a selection: of a run, or of codes that come from elsewhere.</summary>
internal sealed class SelectionSource
{
    private readonly Func<CancellationToken, float[]> _codes;
    private readonly Func<string, string> _folder;
    private readonly Func<string, string> _title;

    private SelectionSource(
        Func<CancellationToken, float[]> codes,
        Func<string, string> folder,
        Func<string, string> title
    ) => (_codes, _folder, _title) = (codes, folder, title);

    /// <summary>Number of images.</summary>
    public required int Count { get; init; }

    /// <summary>Number of dimensions of a code.</summary>
    public required int Dimensions { get; init; }

    /// <summary>Name in the names of files.</summary>
    public required string Name { get; init; }

    /// <summary>Name in titles and messages, such as <c>test images</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The properties of <c>selection.json</c> that say where the images are from.</summary>
    public required JsonObject Origin { get; init; }

    /// <summary>The images at the model's size; null without a run.</summary>
    public ImageDataset? Images { get; init; }

    /// <summary>The trained model; null without a run.</summary>
    public GenerativeModel? Model { get; init; }

    /// <summary>The source file of each image as tables name it; null if the images are not separate files.</summary>
    public IReadOnlyList<string>? FileNames { get; init; }

    /// <summary>The path of each source file; null if the images are not separate files, or are not here.</summary>
    public IReadOnlyList<string>? FilePaths { get; init; }

    /// <summary>Remarks for the user, one line each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>The images of a run.</summary>
    public static SelectionSource Of(LoadedRun run, ImageChoice choice, CancellationToken cancellation)
    {
        var images = run.Images(choice, cancellation);
        return new SelectionSource(
            token => ModelInputs.Codes(run.Model, run.Config, images, images.Count, token),
            run.Folder.Selection,
            subject => run.Folder.Title(images.Name, subject)
        )
        {
            Count = images.Count,
            Dimensions = run.Model.LatentDim,
            Name = choice.Name,
            Subject = choice.Subject,
            Images = images,
            Model = run.Model,
            FileNames = images.FileNames,
            FilePaths = images.FileNames is null
                ? null
                : [.. Enumerable.Range(0, images.Count).Select(i => images.FilePath(i)!)],
            Origin = new JsonObject
            {
                ["run"] = run.Folder.Name,
                ["dataset"] = images.Name,
                ["split"] = choice.Images is null ? choice.SplitName : null,
                ["source"] = choice.Images,
            },
        };
    }

    /// <summary>The images whose codes are in a table.</summary>
    public static SelectionSource Of(CodeTable table)
    {
        string file = Path.GetFileName(table.Path),
            name = Path.GetFileNameWithoutExtension(file);
        return new SelectionSource(
            _ => table.Codes,
            folder => Path.Combine("selections", folder),
            subject => $"{file} · {subject}"
        )
        {
            Count = table.Count,
            Dimensions = table.Dimensions,
            Name = name,
            Subject = $"images of {name}",
            FileNames = table.Files,
            FilePaths = table.Paths,
            Remarks = table.Remarks,
            Origin = new JsonObject { ["codes"] = table.Path },
        };
    }

    /// <summary>The default folder of a selection.</summary>
    public string Folder(string name) => _folder(name);

    /// <summary>Title of a figure.</summary>
    public string Title(string subject) => _title(subject);

    /// <summary>
    /// Creates the pool for a strategy, with codes and equal images. The model decodes on this thread.
    /// </summary>
    public SelectionPool Pool(IReadOnlyList<int> labelled, int threads, CancellationToken cancellation) =>
        new(_codes(cancellation), Dimensions)
        {
            Decode = Model is { NeedsClass: false } model ? z => Inference.Decode(model, z) : null,
            Contents =
                Images is { } images ? EqualRows.First(Count, i => images.Image(i))
                : FilePaths is { } paths ? EqualFiles.First(paths, cancellation)
                : null,
            Labelled = labelled,
            Threads = threads,
        };
}

/// <summary>Finds equal files.</summary>
internal static class EqualFiles
{
    /// <summary>The first file with the same bytes as each file. Only files of equal length are read.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static int[] First(IReadOnlyList<string> paths, CancellationToken cancellation = default)
    {
        int[] first = [.. Enumerable.Range(0, paths.Count)];
        var lengths = first.GroupBy(i => new FileInfo(paths[i]).Length).Where(group => group.Skip(1).Any());
        foreach (var group in lengths)
        {
            var known = new Dictionary<string, int>();
            foreach (int i in group)
            {
                using var content = RegularFile.Open(paths[i], cancellation);
                string digest = Convert.ToHexString(SHA256.HashData(content));
                first[i] = known.TryAdd(digest, i) ? i : known[digest];
            }
        }
        return first;
    }
}
