using Elbo.Formats;
using Elbo.Studio.Access;
using Elbo.Studio.Layout;
using Elbo.Studio.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Exploring;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Elbo.Studio.Pages.Odd;

/// <summary>Images that are unlike the training images, and copies of images, to mark and to put aside.</summary>
public abstract class OddPageBase : ComponentBase, IDisposable
{
    /// <summary>The search for images that are unlike the training images.</summary>
    protected const string OddKind = "odd";

    /// <summary>The search for copies.</summary>
    protected const string CopiesKind = "copies";

    /// <summary>Number of images on a page.</summary>
    protected const int PageSize = 48;

    private (string? Run, string Kind) _searched;

    [Inject]
    private ModelPool Models { get; set; } = null!;

    [Inject]
    private RunIndex Index { get; set; } = null!;

    [Inject]
    private AllowedFolders Folders { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    /// <summary>Identifier of the run.</summary>
    [SupplyParameterFromQuery]
    public string? Run { get; set; }

    /// <summary>What to search for.</summary>
    [SupplyParameterFromQuery]
    public string? Find { get; set; }

    /// <summary>What to search for: one of the two constants.</summary>
    protected string Kind => Find == CopiesKind ? CopiesKind : OddKind;

    /// <summary>A folder of images; empty uses those of the run.</summary>
    protected string? Images { get; set; }

    /// <summary>The split of the run's images.</summary>
    protected string Split { get; set; } = "test";

    /// <summary>The score that sorts the images.</summary>
    protected OddityScore By { get; set; }

    /// <summary>Quantile of the scores of training images, or the largest distance of copies.</summary>
    protected double Threshold { get; set; }

    /// <summary>What score and threshold are, as the help of the commands says.</summary>
    protected string Explanation =>
        Kind == OddKind
            ? $"{Sentence(ScoreOptions.List, "by")} {Sentence(ScoreOptions.List, "threshold")}"
            : Sentence(DuplicatesOptions.List, "threshold");

    /// <summary>The search.</summary>
    protected Job Job { get; } = new();

    /// <summary>The copying of marked images.</summary>
    protected Job Writing { get; } = new();

    /// <summary>What the search has found; null before it.</summary>
    private protected FoundImages? Found { get; private set; }

    /// <summary>The images of the page.</summary>
    private protected IReadOnlyList<FoundImage> Shown { get; private set; } = [];

    /// <summary>Indices of the marked images.</summary>
    protected SortedSet<int> Marked { get; } = [];

    /// <summary>The page of the gallery, from 1.</summary>
    protected int PageNumber { get; private set; } = 1;

    /// <summary>Folder for the marked images.</summary>
    protected string? Target { get; set; }

    /// <summary>What was written; null if nothing was.</summary>
    protected string? Written { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Job.Dispose();
        Writing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if ((Run, Kind) == _searched)
            return;
        Job.Cancel();
        (_searched, Found, Written) = ((Run, Kind), null, null);
        Threshold = Kind == OddKind ? new ScoreOptions().Threshold : new DuplicatesOptions().Threshold;
        Marked.Clear();
    }

    /// <summary>The address of a search.</summary>
    protected string Link(string kind) => $"/odd?run={Uri.EscapeDataString(Run ?? "")}&find={kind}";

    /// <summary>Searches, and shows the first page.</summary>
    protected async Task SearchAsync()
    {
        (Found, Written) = (null, null);
        Marked.Clear();
        FoundImages? found = null;
        string run = Run!;
        bool isDone = await Job.RunAsync(
            Kind == OddKind ? "Scoring images" : "Searching for copies",
            async (progress, cancellation) =>
            {
                string? images = string.IsNullOrWhiteSpace(Images) ? null : Folders.Require(Images.Trim());
                using var lease = await Models.OpenAsync(run);
                found =
                    Kind == OddKind
                        ? OddImages.Search(lease.Run, Score(images), progress, cancellation)
                        : CopiedImages.Search(
                            lease.Run,
                            new DuplicatesOptions { Images = images, Threshold = Threshold },
                            cancellation
                        );
            }
        );
        if (!isDone)
            return;
        Found = found;
        Target = Path.Combine(Index.Find(run)?.Folder.Path ?? Index.Root, "marked", Kind);
        await TurnAsync(1);
    }

    /// <summary>Shows a page of the gallery.</summary>
    protected async Task TurnAsync(int page)
    {
        PageNumber = page;
        if (Found is not { } found)
            return;
        IReadOnlyList<FoundImage> shown = [];
        bool isDone = await Job.RunAsync(
            "Drawing images",
            async (_, _) =>
            {
                using var lease = await Models.OpenAsync(Run!);
                shown = found.Page(lease.Run, (page - 1) * PageSize, PageSize);
            }
        );
        if (isDone)
            Shown = shown;
    }

    /// <summary>Marks an image, or not.</summary>
    protected void Mark(int index, bool isMarked)
    {
        Written = null;
        if (isMarked)
            Marked.Add(index);
        else
            Marked.Remove(index);
    }

    /// <summary>Marks the images that are worth it.</summary>
    protected void MarkSuggested() => Marked.UnionWith(Found!.Suggested);

    /// <summary>Saves the list of marked images in the browser's downloads.</summary>
    protected async Task DownloadAsync() =>
        await Js.TellAsync(
            "elboStudio.save",
            MarkedImages.TableName,
            "text/csv",
            Csv.Format(MarkedImages.Table(Found!.Images, List()))
        );

    /// <summary>Asks, and moves the files of the marked images.</summary>
    protected async Task MoveAsync()
    {
        bool? yes = await Dialogs.ShowMessageBoxAsync(
            $"Move {Marked.Count} files?",
            $"They will be copied to {Target} and then deleted where they are. {MarkedImages.TableName} there tells "
                + "where each was.",
            yesText: "Move",
            cancelText: "Keep"
        );
        if (yes == true)
            await WriteAsync(moves: true);
    }

    /// <summary>Copies or moves the marked images to <see cref="Target"/>.</summary>
    protected async Task WriteAsync(bool moves)
    {
        Written = null;
        var (images, list) = (Found!.Images, List());
        string target = "";
        bool isDone = await Writing.RunAsync(
            moves ? "Moving images" : "Copying images",
            (IProgress<string> _, CancellationToken cancellation) =>
            {
                target = Folders.Require(Target ?? "");
                if (moves && images.FileNames is not null)
                    foreach (var image in list)
                        Folders.Require(images.FilePath(image.Index)!);
                MarkedImages.Write(images, list, target, moves, cancellation);
            }
        );
        if (!isDone)
            return;
        Written = $"{list.Length:N0} images are in {target}.";
        if (!moves)
            return;
        // The files that were found are no longer where they were.
        Marked.Clear();
        (Found, Shown) = (null, []);
    }

    private MarkedImage[] List() => [.. Marked.Select(index => new MarkedImage(index, Found!.Note(index)))];

    private ScoreOptions Score(string? images) =>
        new()
        {
            Choice = images is null ? ImageChoice.OfSplit(Split) : ImageChoice.OfPath(images),
            By = By,
            Threshold = Threshold,
        };

    private static string Sentence(IEnumerable<OptionDescriptor> options, string name)
    {
        string text = options.Single(option => option.Name == name).Description;
        return $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
    }
}
